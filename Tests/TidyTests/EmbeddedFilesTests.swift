import Foundation
import Testing

/// `Schema/embedded/SchemaFiles.c` lists the documents that are compiled in by hand: held against the folder here.
@Suite struct EmbeddedFilesTests {
    private let root: String

    init() throws { root = try SourceTree.ofThisRepository().root.path + "/Schema" }

    @Test func `every document of Schema is compiled in, in order, and no other`() throws {
        let source = try String(contentsOfFile: root + "/embedded/SchemaFiles.c", encoding: .utf8)
        let listed = source.matches(
            of: /\{"([^"]+)", \(const char\[\]\)\{\n#embed "\.\.\/([^"]+)" suffix\(, 0\)\n    \}\},/)
        #expect(listed.allSatisfy { $0.1 == $0.2 })
        #expect(listed.map { String($0.1) } == (try documents()))
    }

    /// A NUL would end a document early.
    @Test func `no document is empty or has a NUL`() throws {
        for path in try documents() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))
            #expect(!bytes.isEmpty && !bytes.contains(0), "\(path)")
        }
    }

    /// What is not Swift: the folders of documents, whose own folders are not compiled in.
    private func documents() throws -> [String] {
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: root).filter { !["embedded", "README.md"].contains($0) }
            .filter { !$0.hasSuffix(".swift") }
            .flatMap { name -> [String] in
                var isFolder: ObjCBool = false
                _ = manager.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder)
                guard isFolder.boolValue else { return [name] }
                return try manager.contentsOfDirectory(atPath: "\(root)/\(name)").filter { $0.contains(".") }
                    .map { "\(name)/\($0)" }
            }
            .sorted()
    }
}
