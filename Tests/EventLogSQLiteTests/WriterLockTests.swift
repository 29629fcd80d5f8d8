import ArchiveTesting
import EventLog
import EventLogSQLite
import Foundation
import Testing

@Suite("Writer lock")
struct WriterLockTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refused() async -> EventLogError? {
        await refusal { _ = try WriterLock(folder: folder.path, holder: "second") }
    }

    @Test("a second taker is refused and told who holds it; when that one goes it is free")
    func second() async throws {
        var lock: WriterLock? = try WriterLock(folder: folder.path, holder: "pid 7, serve\nmore")
        for _ in 0..<3 {
            let error = await refused()
            #expect(error?.code == .locked)
            #expect(error?.english.contains("(pid 7, serve)") == true)
            #expect(error?.chinese.contains("pid 7, serve") == true)
        }
        withExtendedLifetime(lock) {}
        lock = nil
        _ = try WriterLock(folder: folder.path, holder: "second")
        let next = try WriterLock(folder: folder.path, holder: "third")
        #expect(await refused()?.english.contains("(third)") == true)
        withExtendedLifetime(next) {}
    }

    @Test("a holder that left no name is unknown; a long name is cut")
    func names() async throws {
        do {
            let lock = try WriterLock(folder: folder.path, holder: "")
            #expect(await refused()?.english.contains("(unknown)") == true)
            withExtendedLifetime(lock) {}
        }
        let lock = try WriterLock(folder: folder.path, holder: String(repeating: "长", count: 500))
        #expect(await refused()?.code == .locked)
        withExtendedLifetime(lock) {}
    }

    @Test("a folder that does not exist cannot be locked")
    func missingFolder() async {
        let error = await refusal { _ = try WriterLock(folder: folder.file("none"), holder: "x") }
        #expect(error?.code == .storage)
        #expect(error?.english.contains(folder.file("none")) == true)
    }

    static let python = "/usr/bin/python3"

    @Test(
        "another process holds it until it ends, however it ends",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)), .timeLimit(.minutes(10)))
    func otherProcess() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = [
            "-c",
            """
            import fcntl, os, sys
            file = open(sys.argv[1], "w")
            fcntl.flock(file, fcntl.LOCK_EX)
            print("pid", os.getpid(), file=file, flush=True)
            print("locked", flush=True)
            sys.stdin.read()
            """,
            folder.file("lock"),
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        var said = Data()
        while !said.contains(0x0A) {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "it ended before it had the lock")
            said += more
        }
        let error = await refused()
        #expect(error?.code == .locked)
        #expect(error?.english.contains("(pid \(process.processIdentifier))") == true)
        // Not SIGTERM: a child of a dispatch thread inherits its mask, which blocks that.
        kill(process.processIdentifier, SIGKILL)
        for await _ in ended.stream {}
        _ = try WriterLock(folder: folder.path, holder: "next")
    }

    @Test("a taker that is refused touches no other file of the process")
    func refusedTouchesNothing() async throws {
        let lock = try WriterLock(folder: folder.path, holder: "holder")
        let file = folder.file("innocent")
        let folder = folder
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<20_000 { _ = try? WriterLock(folder: folder.path, holder: "second") }
            }
            group.addTask {
                for _ in 0..<5_000 {
                    do {
                        try Data("content".utf8).write(to: URL(fileURLWithPath: file))
                        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
                        let read = try handle.readToEnd()
                        try handle.close()
                        guard read == Data("content".utf8) else {
                            Issue.record("the file was emptied")
                            return
                        }
                    } catch {
                        Issue.record(error)
                        return
                    }
                }
            }
        }
        #expect(await refused()?.english.contains("(holder)") == true)
        withExtendedLifetime(lock) {}
    }
}
