import Foundation

/// A defect of the house: which file, which line, which rule.
struct Violation: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// One text file of the repository, read once and looked at by every rule.
struct SourceFile {
    /// Path from the root of the repository.
    let path: String
    let lines: [Substring]
    /// Lines without comments and string contents.
    let code: [Substring]
    /// Lines without comments.
    let codeAndStrings: [Substring]
    let linesWithComments: Set<Int>

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(text)
        let masked = path.hasSuffix(".swift") ? MaskedText(text) : nil
        code = masked.map { Self.split(String(decoding: $0.code, as: UTF8.self)) } ?? lines
        codeAndStrings = masked.map { Self.split(String(decoding: $0.codeAndStrings, as: UTF8.self)) } ?? lines
        linesWithComments = masked?.linesWithComments ?? []
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// Swift or C, not a document or a resource.
    var isProgram: Bool { isSwift || path.hasSuffix(".c") || path.hasSuffix(".h") }

    /// The folder under the top one: the target of a file in `Sources`.
    var target: String? {
        let parts = path.split(separator: "/")
        if parts.count >= 2, parts[0] == "Schema" { return "Schema" }
        return parts.count >= 3 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    func isUnder(_ folders: String...) -> Bool {
        folders.contains { path.hasPrefix($0 + "/") }
    }

    /// The modules that the file imports and the line of each.
    var imports: [(module: String, line: Int)] {
        let pattern =
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)/
        return code.enumerated().compactMap { index, line in
            (try? pattern.firstMatch(in: line)).flatMap { $0 }.map { (String($0.output.1), index + 1) }
        }
    }

    private static func split(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

/// The text files of a working copy, found from the place of this file.
struct SourceTree {
    let root: URL
    let files: [SourceFile]

    /// The repository that this test was compiled from: `<root>/Tests/TidyTests/SourceFile.swift`.
    static func ofThisRepository(filePath: String = #filePath) throws -> SourceTree {
        let here = URL(fileURLWithPath: filePath)
        return try SourceTree(
            root: here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent())
    }

    init(root: URL) throws {
        self.root = root
        files = try ["Sources", "Tests", "Tools", "Schema"].flatMap { try Self.texts(under: $0, root: root) }
    }

    /// Names of the folders directly under `folder`, sorted; none if the folder is not there.
    func folders(in folder: String) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
        return names.filter { isFolder("\(folder)/\($0)") }.sorted()
    }

    func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: root.appendingPathComponent(path).path, isDirectory: &isDirectory)
        return exists && isDirectory.boolValue
    }

    private static let textExtensions: Set<String> = [
        "", "swift", "c", "h", "sh", "sql", "md", "yaml", "yml", "html", "css", "js",
    ]

    private static func texts(under folder: String, root: URL) throws -> [SourceFile] {
        guard let paths = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path) else {
            return []
        }
        return try paths.compactMap { $0 as? String }.sorted().compactMap { path in
            let url = root.appendingPathComponent("\(folder)/\(path)")
            let components = path.split(separator: "/")
            guard textExtensions.contains(url.pathExtension), !components.contains("Fixtures"),
                !components.contains(where: { $0.hasPrefix(".") }), !url.hasDirectoryPath,
                try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { return nil }
            return SourceFile(
                path: "\(folder)/\(path)", text: String(decoding: try Data(contentsOf: url), as: UTF8.self))
        }
    }
}
