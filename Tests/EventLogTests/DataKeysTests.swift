import ArchiveTesting
import EventLog
import Foundation
import Testing

@Suite("Data keys")
struct DataKeysTests {
    static let archive = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("data.keys")
    }

    private func open(
        _ archive: String = Self.archive, highestUsed: UInt32? = nil, canWrite: Bool = true
    ) throws -> DataKeys {
        try DataKeys(
            path: path, archiveID: archive, highestUsed: highestUsed, canWrite: canWrite, random: RandomPool())
    }

    private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    @Test("the file is 0600 and begins with a header of 64 bytes that names the archive")
    func header() throws {
        _ = try open()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try bytes() == Array("credit-archive data keys 1\n\(Self.archive)\n".utf8))
        #expect(try bytes().count == 64)
    }

    @Test("slots are taken in order and hold the keys, 32 bytes each")
    func slots() throws {
        let keys = try open()
        let taken = try (0..<5).map { _ in try keys.take() }
        #expect(taken.map(\.id) == [0, 1, 2, 3, 4])
        #expect(Set(taken.map(\.key)).count == 5)
        let file = try bytes()
        for (id, key) in taken {
            #expect(try keys.lookup(id) == .key(key))
            #expect(Array(file[64 + Int(id) * 32..<96 + Int(id) * 32]) == key)
        }
    }

    @Test("slots are provisioned in blocks, ahead of their use")
    func blocks() throws {
        let keys = try open()
        _ = try keys.take()
        #expect(try bytes().count == 64 + 1_024 * 32)
        for _ in 1..<1_024 { _ = try keys.take() }
        #expect(try bytes().count == 64 + 1_024 * 32)
        #expect(try keys.take().id == 1_024)
        #expect(try bytes().count == 64 + 2_048 * 32)
        let slots = stride(from: 64, to: try bytes().count, by: 32).map { start in
            try? Array(bytes()[start..<start + 32])
        }
        #expect(Set(slots).count == 2_048)
    }

    @Test("a slot that the log has used is never taken again after reopening")
    func neverReused() throws {
        var taken: [UInt32: [UInt8]] = [:]
        var highest: UInt32?
        for _ in 0..<4 {
            let keys = try open(highestUsed: highest)
            for _ in 0..<400 {
                let (id, key) = try keys.take()
                #expect(taken.updateValue(key, forKey: id) == nil)
                highest = id
            }
        }
        #expect(highest == 1_599)
        let reader = try open(highestUsed: highest, canWrite: false)
        for (id, key) in taken { #expect(try reader.lookup(id) == .key(key)) }
    }

    @Test("a destroyed slot is overwritten, and stays destroyed")
    func destroyed() throws {
        let keys = try open()
        let taken = try (0..<3).map { _ in try keys.take() }
        try keys.destroy(1)
        #expect(try keys.lookup(1) == .destroyed)
        try keys.destroy(1)
        #expect(try Array(bytes()[96..<128]) == [UInt8](repeating: 0, count: 32))
        let again = try open(highestUsed: 2)
        #expect(try again.lookup(0) == .key(taken[0].key))
        #expect(try again.lookup(1) == .destroyed)
        #expect(try again.lookup(2) == .key(taken[2].key))
        #expect(try again.take().id == 3)
    }

    @Test("a slot that was destroyed before the log was restored to an older state is passed over")
    func destroyedBeforeUse() throws {
        let keys = try open()
        for _ in 0..<4 { _ = try keys.take() }
        try keys.destroy(2)
        let restored = try open(highestUsed: 1)
        #expect(try restored.take().id == 3)
    }

    @Test("slots beyond the log's highest are given up when a log was restored, and never taken")
    func skipped() throws {
        let keys = try open()
        let taken = try (0..<4).map { _ in try keys.take() }
        let restored = try open(highestUsed: 1)
        try restored.skipUnused()
        #expect(try restored.take().id == 1_024)
        let again = try open(highestUsed: 1)
        #expect(try again.lookup(1) == .key(taken[1].key))
        for id in [2, 3, 1_023] as [UInt32] { #expect(try again.lookup(id) == .skipped) }
        #expect(try again.take().id == 1_024)
        for (_, key) in taken.dropFirst(2) { #expect(try Data(bytes()).range(of: Data(key)) == nil) }
        try again.skipUnused()
        #expect(try again.lookup(1_025) == .skipped)
    }

    @Test("a slot that the file does not have is missing")
    func missing() throws {
        #expect(try open().lookup(0) == .missing)
        let keys = try open()
        _ = try keys.take()
        #expect(try keys.lookup(1_024) == .missing)
        #expect(try keys.lookup(.max) == .missing)
    }

    @Test("keys that an older backup of the file lacks stay missing when new ones are taken")
    func olderBackup() throws {
        let keys = try open()
        let first = try keys.take()
        let backup = try bytes()
        for _ in 1..<1_030 { _ = try keys.take() }
        try write(backup)
        // The log has used 0…1,029; the backup has slots 0…1,023.
        let restored = try open(highestUsed: 1_029)
        #expect(try restored.lookup(1_029) == .missing)
        #expect(try restored.take().id == 1_030)
        for id in UInt32(1_024)...1_029 { #expect(try restored.lookup(id) == .missing, "\(id)") }
        #expect(try restored.lookup(0) == .key(first.key))
        let again = try open(highestUsed: 1_030)
        #expect(try again.lookup(1_025) == .missing)
        #expect(try again.take().id == 1_031)
        try again.destroy(1_025)
        #expect(try again.lookup(1_025) == .destroyed)
    }

    @Test("a slot cut short by a crash is filled again")
    func torn() throws {
        let key = try open().take().key
        try write(Array(bytes()[..<(64 + 32 + 20)]))
        let keys = try open(highestUsed: 0)
        #expect(try keys.lookup(0) == .key(key))
        #expect(try keys.lookup(1) == .missing)
        let (id, second) = try keys.take()
        #expect(id == 1)
        #expect(try Array(bytes()[96..<128]) == second)
    }

    @Test("another archive's file, a damaged header and a file that is none are refused")
    func refused() async throws {
        _ = try open().take()
        let good = try bytes()
        let other = await refusal { _ = try open("6f9619ff-8b86-4011-b42d-00c04fc964fe") }
        #expect(other?.code == .keys)
        #expect(other?.english.contains(path) == true)
        var damaged = good
        damaged[3] ^= 1
        for content in [damaged, Array(good[..<63]), [0], Array(repeating: 0, count: 128)] {
            try write(content)
            #expect(await refusal { _ = try open() }?.code == .keys)
            #expect(await refusal { _ = try open(canWrite: false) }?.code == .keys)
            #expect(try bytes() == content, "a file that is refused is left alone")
        }
        #expect(await refusal { _ = try open(highestUsed: .max) }?.code == .keys)
    }

    @Test("a reader makes no file and destroys nothing")
    func readOnly() async throws {
        #expect(await refusal { _ = try open(canWrite: false) }?.code == .keys)
        #expect(!FileManager.default.fileExists(atPath: path))
        let key = try open().take().key
        let reader = try open(highestUsed: 0, canWrite: false)
        #expect(await refusal { try reader.destroy(0) }?.code == .keys)
        #expect(try reader.lookup(0) == .key(key))
    }

    @Test("concurrent takers get distinct slots without a gap")
    func concurrent() async throws {
        let keys = try open()
        let ids = try await withThrowingTaskGroup(of: [UInt32].self) { group in
            for _ in 0..<8 { group.addTask { try (0..<200).map { _ in try keys.take().id } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(ids.sorted() == Array(0..<1_600))
    }

    #if os(Linux)
    @Test("a refused file is closed again")
    func noLeak() async throws {
        try write([0])
        #expect(await refusal { _ = try open() }?.code == .keys)
        #expect(await refusal { _ = try open(canWrite: false) }?.code == .keys)
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let targets = descriptors.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        #expect(!targets.isEmpty)
        #expect(!targets.contains(path))
    }
    #endif
}
