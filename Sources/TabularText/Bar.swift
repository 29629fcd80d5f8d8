/// A bar of block characters (U+2588…U+258F, one column each), in eighths of a column.
public enum Bar {
    /// The bar of `value` where `most` fills `columns`; every value above zero shows as at least an eighth.
    ///
    /// - Parameters:
    ///   - value: negative counts as zero, more than `most` as `most`.
    ///   - columns: of the terminal; none gives no bar.
    public static func text(_ value: Int, of most: Int, columns: Int) -> String {
        guard value > 0, most > 0, columns > 0 else { return "" }
        let full = columns * 8
        // The product of two counts may not fit into 64 bits.
        let eighths = max(1, Int(Int128(min(value, most)) * Int128(full) / Int128(most)))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}
