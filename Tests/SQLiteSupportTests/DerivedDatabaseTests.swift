import ArchiveTesting
import EventLog
import Foundation
import GRDB
import SQLiteSupport
import Testing
import TransparencyLog

/// Derived files: made anew when they are not what they should be, moved on by compare-and-set.
struct DerivedDatabaseTests {
    private static let schema = """
        CREATE TABLE cursor (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL);
        INSERT INTO cursor VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
        CREATE TABLE note (text TEXT);
        PRAGMA user_version = 3;
        """

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path + "/derived.sqlite" }

    private func open() throws -> DerivedDatabase {
        try DerivedDatabase.writable(path: path, schema: Self.schema, version: 3)
    }

    private static let one = LogHead(size: 1, root: MerkleHash.leaf([1]))

    @Test func `what is written and the cursor commit together`() throws {
        let file = try open()
        try file.advance(from: .empty, to: Self.one) { try $0.execute(sql: "INSERT INTO note VALUES ('a')") }
        #expect(try file.cursor() == Self.one)
        #expect(try file.read { try String.fetchAll($0, sql: "SELECT text FROM note") } == ["a"])
    }

    @Test func `those who write a file in turn, each by a connection of its own, leave it usable`() throws {
        let writers = try [open(), open(), open()]
        var head = LogHead.empty
        for turn in 0..<9 {
            let next = LogHead(size: head.size + 1, root: MerkleHash.leaf([UInt8(turn)]))
            try writers[turn % 3].advance(from: head, to: next) { _ in }
            head = next
            #expect(try DerivedDatabase.readable(path: path, version: 3)?.cursor() == head, "turn \(turn)")
            #expect(try DerivedDatabase.existing(path: path, version: 3) != nil, "turn \(turn)")
        }
    }

    @Test func `a cursor that has moved lets nothing be written`() throws {
        let file = try open()
        try file.advance(from: .empty, to: Self.one) { _ in }
        #expect(throws: (any Error).self) {
            try file.advance(from: .empty, to: Self.one) { try $0.execute(sql: "INSERT INTO note VALUES ('b')") }
        }
        #expect(try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") } == 0)
    }

    @Test(arguments: ["", String(repeating: "not a database ", count: 20)])
    func `a file that is no derived file is made anew`(_ content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try open().cursor() == .empty)
    }

    @Test func `a file of another layout is made anew by a writer and passed over by a reader`() throws {
        try open().advance(from: .empty, to: Self.one) { _ in }
        #expect(try DerivedDatabase.readable(path: path, version: 4) == nil)
        #expect(try DerivedDatabase.writable(path: path, schema: Self.schema, version: 4).cursor() == .empty)
    }

    @Test func `a file of a newer layout is neither served nor destroyed`() throws {
        try open().advance(from: .empty, to: Self.one) { _ in }
        let isNewer: (any Error) -> Bool = { ($0 as? EventLogError)?.code == .newerDerived }
        #expect { try DerivedDatabase.readable(path: path, version: 2) } throws: { isNewer($0) }
        #expect { try DerivedDatabase.existing(path: path, version: 2) } throws: { isNewer($0) }
        #expect { try DerivedDatabase.writable(path: path, schema: "", version: 2) } throws: { isNewer($0) }
        #expect(try open().cursor() == Self.one)
    }

    @Test func `a file that only cannot be opened now is not made anew`() throws {
        try open().advance(from: .empty, to: Self.one) { _ in }
        // Where the WAL should be stands something that is none.
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.createDirectory(atPath: path + "-wal", withIntermediateDirectories: false)
        #expect { try open() } throws: { ($0 as? EventLogError)?.code == .storage }
        try FileManager.default.removeItem(atPath: path + "-wal")
        #expect(try open().cursor() == Self.one)
    }

    @Test func `a file that was built aside takes the place of another whole`() throws {
        let old = try open()
        let aside = folder.path + "/aside.sqlite"
        let new = try DerivedDatabase.building(path: aside, schema: Self.schema)
        try new.advance(from: .empty, to: Self.one) { try $0.execute(sql: "INSERT INTO note VALUES ('new')") }
        try new.finish()
        try DerivedDatabase.replace(path: path, by: aside)
        #expect(!old.isInPlace)
        #expect(try open().cursor() == Self.one)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains("aside.sqlite") == false)
    }

    @Test func `a file that was replaced is no longer in place`() throws {
        let file = try open()
        #expect(file.isInPlace)
        DerivedDatabase.remove(path: path)
        #expect(!file.isInPlace)
        _ = try open()
        #expect(!file.isInPlace)
    }

    @Test func `digests tell every row apart`() throws {
        let file = try open()
        let query = "SELECT text FROM note ORDER BY text"
        let empty = try file.digest([query])
        try file.advance(from: .empty, to: Self.one) { try $0.execute(sql: "INSERT INTO note VALUES ('a'), (NULL)") }
        let two = try file.digest([query])
        #expect(empty != two)
        #expect(try file.digest([query]) == two)
    }
}
