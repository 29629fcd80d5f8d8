public import CreditArchive
internal import EventLog
internal import Foundation

/// An archive in a folder of its own, made when the clock stands at 2026-01-05.
public struct TestArchive: Sendable {
    public let temporary: TemporaryFolder
    public let folder: ArchiveFolder
    public let clock: ManualClock
    public let verifierKey: String

    public init() throws {
        temporary = try TemporaryFolder()
        folder = ArchiveFolder(temporary.file("archive"))
        clock = ManualClock()
        verifierKey = try Archive.create(at: folder, origin: "credit.example/test", clock: clock.read).verifierKey
    }

    /// Opens the archive. The task that committed last may still hold the one before for a moment, and with it the lock.
    public func open(_ access: Archive.Access) async throws -> Archive {
        for _ in 0..<500 {
            do { return try Archive(opening: folder, for: access, clock: clock.read) } catch let error as EventLogError
                where error.code == .locked
            {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return try Archive(opening: folder, for: access, clock: clock.read)
    }

    /// Opens for writing, and closes cleanly after `body`.
    public func writing<Result>(_ body: (Archive) async throws -> Result) async throws -> Result {
        let archive = try await open(.writing)
        let result = try await body(archive)
        try archive.close()
        return result
    }

    public func reading<Result>(_ body: (Archive) async throws -> Result) async throws -> Result {
        try await body(open(.reading))
    }

    /// Writes a file beside the archive and returns its path.
    public func file(_ name: String, _ text: String) throws -> String { try file(name, bytes: Array(text.utf8)) }

    public func file(_ name: String, bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: temporary.file(name)))
        return temporary.file(name)
    }
}
