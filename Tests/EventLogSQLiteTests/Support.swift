import ArchiveTesting
import EventLog
import EventLogSQLite
import Foundation
import GRDB
import Testing

/// A log in SQLite files, in a folder of its own.
struct LogFolder: Sendable {
    let folder: TemporaryFolder
    let path: String

    /// Makes the folder, and an empty log in it.
    init(named name: String = "log") throws {
        folder = try TemporaryFolder()
        path = folder.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try SQLiteLogStore.create(path: log)
    }

    /// A copy of the files as they stand, made while the log may be open: what a process that dies now leaves behind.
    init(copying other: LogFolder) throws {
        folder = try TemporaryFolder()
        path = folder.file("copy")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // Not the -shm files: they live in memory, and SQLite makes them anew from the WAL.
        for file in try FileManager.default.contentsOfDirectory(atPath: other.path) where !file.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: other.path + "/" + file, toPath: path + "/" + file)
        }
    }

    var log: String { path + "/log.sqlite" }
    var index: String { path + "/index.sqlite" }

    func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file))) }

    func write(_ bytes: [UInt8], to file: String) throws {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    /// Opens a file with SQLite alone, beside the archive's own code.
    func sqlite<Result>(_ file: String, _ body: (Database) throws -> Result) throws -> Result {
        let queue = try DatabaseQueue(path: file)
        let result = try queue.inDatabase(body)
        try queue.close()
        return result
    }
}

/// A log that is open for writing or reading; closed when the last reference goes.
struct OpenLog: Sendable {
    let store: SQLiteLogStore
    let index: SQLiteLogIndex
    let writer: LogWriter?
    var reader: LogReader { LogReader(store: store, index: index) }

    init(_ folder: LogFolder, writable: Bool = true, clock: ManualClock = ManualClock()) throws {
        store = try SQLiteLogStore(path: folder.log, writable: writable)
        index = try SQLiteLogIndex(path: folder.index, writable: writable)
        if writable {
            writer = try LogWriter(store: store, index: index, random: RandomPool(), clock: clock.read)
        } else {
            writer = nil
            try IndexCatchUp.run(store: store, index: index, keep: false)
        }
    }

    @discardableResult
    func append(_ drafts: [EventDraft]) async throws -> [AppendOutcome] {
        try await #require(writer).append(AppendRequest(drafts))
    }

    func flush() throws { try #require(writer).flushIndex() }

    /// What the index says of everything that the tests append.
    func answers() throws -> IndexAnswers {
        let streams = try index.streams(withPrefix: "")
        return IndexAnswers(
            streams: try streams.map { try StreamAnswer(name: $0.text, head: index.stream($0)) },
            positions: try (0..<400).map { try index.position(of: SampleEvent.drafts($0..<$0 + 1)[0].identity) },
            highestKeyID: try index.highestKeyID(), destroyedKeyIDs: try index.destroyedKeyIDs())
    }
}

struct StreamAnswer: Hashable {
    var name: String
    var head: StreamHead
}

struct IndexAnswers: Hashable {
    var streams: [StreamAnswer]
    var positions: [UInt64?]
    var highestKeyID: UInt32?
    var destroyedKeyIDs: [UInt32]
}
