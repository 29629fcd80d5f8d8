/// The encodings in which tables come and go; the raw value is the name shown to people and put into results.
public enum TextEncoding: String, Sendable, CaseIterable {
    /// UTF-8 without a byte order mark.
    case utf8 = "UTF-8"
    /// UTF-8 with a byte order mark, as Excel's "CSV UTF-8" writes it.
    case utf8WithMark = "UTF-8-BOM"
    /// GB 18030, of which GBK and GB 2312 are subsets, as Chinese Excel and WPS write CSV.
    case gb18030 = "GB18030"
}
