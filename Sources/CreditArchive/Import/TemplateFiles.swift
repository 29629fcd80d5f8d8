public import CreditModel
internal import TabularText

/// Empty templates for whoever fills them in with a spreadsheet.
public enum TemplateFiles {
    /// Writes the template as UTF-8 with BOM and as GB18030, and a line of explanation per column beside them.
    ///
    /// - Returns: the files' paths. Throws ``ArchiveError`` where one cannot be written.
    public static func write(_ kind: ImportCompleted.Template, into folder: String) throws -> [String] {
        let template = ImportTemplate(kind)
        let header = template.columns.map(\.name)
        let base = "\(folder)/\(kind.rawValue)"
        let files: [(path: String, encoding: TextEncoding, rows: [[String]])] = [
            ("\(base).utf8.csv", .utf8WithMark, [header]), ("\(base).gb18030.csv", .gb18030, [header]),
            (
                "\(base).说明.csv", .utf8WithMark,
                [["列", "必填", "说明"]] + template.columns.map { [$0.name, $0.isRequired ? "必填" : "", $0.explanation] }
            ),
        ]
        for file in files {
            var writer = try CSVFileWriter(path: file.path, encoding: file.encoding, formulas: .exact)
            for row in file.rows { try writer.write(row) }
            try writer.finish()
        }
        return files.map(\.path)
    }
}
