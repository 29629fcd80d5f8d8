extension GlobalOptions {
    /// Says below a table which positions it reflects; other formats have members or columns for that.
    ///
    /// - Parameters:
    ///   - position: the last that the answer reflects; nil for an empty log.
    ///   - day: as of which it was asked for.
    func footer(position: UInt64?, asOf day: String?, _ source: AnswerSource) async throws {
        guard effectiveFormat == .table, let position else { return }
        let time = try await source.recordedTime(at: position)
        let positions = language(
            "反映位置 0–\(position)（末条收录于 \(time)）", "reflects positions 0–\(position) (last recorded \(time))")
        let facts = day.map { language("，事实截至 \($0)", ", facts dated by \($0)") } ?? ""
        Terminal.write("\n\(positions)\(facts)\n")
    }
}
