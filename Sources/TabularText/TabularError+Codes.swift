// The files themselves: opening, reading, writing, and what their bytes are.
extension TabularError.Code {
    /// The file could not be opened; the detail is the path and the system's reason.
    public static let cannotOpen = Self(
        "cannot-open", chinese: .init("无法打开文件", "请检查路径和权限。"),
        english: .init("the file cannot be opened", "Check the path and the permissions."))
    /// The file could not be read to its end; the detail is the path and the system's reason.
    public static let cannotRead = Self(
        "cannot-read", chinese: .init("读取文件失败", "请检查磁盘后重试。"),
        english: .init("the file cannot be read", "Check the disk and try again."))
    /// The file could not be written; the detail is the path and the system's reason.
    public static let cannotWrite = Self(
        "cannot-write", chinese: .init("写入文件失败", "请检查目录权限和剩余空间。"),
        english: .init("the file cannot be written", "Check the folder's permissions and the free space."))
    /// A folder, a pipe or a device where a regular file is needed: it is read twice, or replaced when it is written.
    public static let notRegularFile = Self(
        "not-a-regular-file", chinese: .init("不是普通文件", "请使用普通文件的路径。"),
        english: .init("this is not a regular file", "Give the path of a regular file."))
    /// An Excel or WPS workbook (.xlsx, .xls, .et) instead of a CSV file.
    public static let excelWorkbook = Self(
        "excel-workbook",
        chinese: .init("这是 Excel 工作簿，不是 CSV 文件", "请在 Excel 或 WPS 中“另存为”CSV（UTF-8 或逗号分隔）后再导入。"),
        english: .init("this is an Excel workbook, not a CSV file", "Save it as CSV and import that."))
    /// UTF-16 or UTF-32 text, known by its byte order mark.
    public static let unsupportedUnicode = Self(
        "unsupported-unicode", chinese: .init("文件是 UTF-16 或 UTF-32 编码的“Unicode 文本”", "请另存为 UTF-8 编码的 CSV。"),
        english: .init("the file is UTF-16 or UTF-32 \"Unicode text\"", "Save it as CSV in UTF-8."))
    /// A compressed file, a PDF or an image instead of text.
    public static let binaryFile = Self(
        "binary-file", chinese: .init("这不是文本文件", "请确认选择的是 CSV 文件。"),
        english: .init("this is not a text file", "Choose a CSV file."))
    /// A zero byte, which no CSV text has.
    public static let zeroByte = Self(
        "zero-byte", chinese: .init("文件含有零字节，可能已损坏或为 UTF-16 编码", "请重新导出，并保存为 UTF-8 编码的 CSV。"),
        english: .init("the file has a zero byte: it is damaged, or UTF-16", "Export it again as CSV in UTF-8."))
    /// Bytes that neither encoding has; the detail is the encoding that came nearest and the bytes.
    public static let invalidBytes = Self(
        "invalid-bytes", chinese: .init("此处的字节不是有效的文字编码", "文件可能已损坏或混用编码，请重新导出为 UTF-8 或 GB18030。"),
        english: .init(
            "the bytes here are not valid text",
            "The file is damaged or mixes encodings: export it again as UTF-8 or GB18030."))
    /// The system lacks its GB18030 conversion.
    public static let encodingUnavailable = Self(
        "encoding-unavailable", chinese: .init("本系统缺少 GB18030 转换模块", "请安装 glibc 的 gconv 模块，或改用 UTF-8。"),
        english: .init("this system lacks the GB18030 conversion", "Install glibc's gconv modules, or use UTF-8."))
    /// A character that GB18030 as this system knows it cannot write.
    public static let notEncodable = Self(
        "not-encodable", chinese: .init("该字符无法用 GB18030 表示", "请改用 UTF-8 输出。"),
        english: .init("this character cannot be written in GB18030", "Write the file in UTF-8."))
}

// The shape of the table: records, fields, header.
extension TabularError.Code {
    /// A quoted field that never ends; the line is where it began.
    public static let unterminatedQuote = Self(
        "unterminated-quote", chinese: .init("此处开始的引号没有结束", "请补上结束的双引号，字段内的双引号须写成两个。"),
        english: .init(
            "a quoted field that begins here never ends", "Add the closing quote; a quote inside is written twice."))
    /// Text between a closing quote and the next comma.
    public static let textAfterQuote = Self(
        "text-after-quote", chinese: .init("结束的引号之后还有文字", "字段内的双引号须写成两个，引号之后须紧跟逗号或换行。"),
        english: .init(
            "there is text after a closing quote",
            "Write a quote inside a field twice; a comma or a line end follows the last."))
    /// A field beyond the limit; the detail is the limit in bytes.
    public static let fieldTooLong = Self(
        "field-too-long", chinese: .init("字段过长", "请检查是否缺少结束的双引号。"),
        english: .init("a field is too long", "Look for a missing closing quote."))
    /// A record beyond the limit; the detail is the limit in bytes.
    public static let recordTooLong = Self(
        "record-too-long", chinese: .init("一行记录过长", "请检查是否缺少换行或结束的双引号。"),
        english: .init("a record is too long", "Look for a missing line end or closing quote."))
    /// More fields than the limit; the detail is the limit.
    public static let tooManyFields = Self(
        "too-many-fields", chinese: .init("一行的字段过多", "请检查是否缺少换行。"),
        english: .init("a record has too many fields", "Look for a missing line end."))
    /// Not even a header.
    public static let emptyTable = Self(
        "empty-table", chinese: .init("文件为空，没有表头", "请使用导入模板。"),
        english: .init("the file is empty: there is no header", "Use the import template."))
    /// A header separated by something other than a comma; the detail is what it seems to be.
    public static let wrongSeparator = Self(
        "wrong-separator", chinese: .init("表头似乎不是用英文逗号分隔的", "请另存为逗号分隔的 CSV。"),
        english: .init("the header does not seem to be separated by commas", "Save it as comma separated CSV."))
    /// A column that the template does not have.
    public static let unknownColumn = Self(
        "unknown-column", chinese: .init("模板中没有此列", "请更正列名，或选择忽略多余的列。"),
        english: .init("the template has no such column", "Correct the name, or choose to ignore extra columns."))
    /// A required column that the file does not have.
    public static let missingColumn = Self(
        "missing-column", chinese: .init("缺少必填列", "请补上此列。"),
        english: .init("a required column is missing", "Add the column."))
    /// A column that stands twice in the header; the detail is both places.
    public static let duplicateColumn = Self(
        "duplicate-column", chinese: .init("此列重复出现", "请只保留一列。"),
        english: .init("the column appears twice", "Keep one of them."))
    /// A value beyond the last named column; the detail is the value.
    public static let surplusField = Self(
        "surplus-field", chinese: .init("本行的值多于表头的列", "请检查是否有未加引号的逗号。"),
        english: .init("the row has more values than the header has columns", "Look for a comma outside quotes."))
}
