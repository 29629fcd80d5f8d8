import Foundation
import LogAudit
import Testing
import TransparencyLog

@Suite("A hostile export folder", .timeLimit(.minutes(5)))
struct HostileExportTests {
    static let files = [
        "checkpoint", "checkpoints/700", "log.vkey", "events.ndjson", "tile/0/000", "tile/0/002.p/188",
        "tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/188", "tile/entries/001.p/94",
    ]

    /// What stands in place of a file, and leads out of the folder or waits for ever.
    enum Trick: CaseIterable {
        case link, linkToNothing, pipe, device, folder

        func put(_ path: String, copy: String) throws {
            switch self {
            case .link: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: copy)
            case .linkToNothing:
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere")
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            case .device: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
            case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
        }
    }

    @Test("with something else in place of a file is not followed and not waited for", arguments: files, Trick.allCases)
    func irregular(name: String, trick: Trick) throws {
        let export = try DamagedExportTests.sound()
        let copy = export.path + "-outside"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try FileManager.default.moveItem(atPath: export.file(name), toPath: copy)
        try trick.put(export.file(name), copy: copy)
        #expect(try export.codes().contains("file-irregular"))
    }

    @Test(
        "with a link in place of a folder is not followed",
        arguments: ["checkpoints", "tile", "tile/0", "tile/entries", "schemas"])
    func linkedFolder(name: String) throws {
        let export = try DamagedExportTests.sound()
        let outside = export.path + "-outside"
        defer { try? FileManager.default.removeItem(atPath: outside) }
        try FileManager.default.moveItem(atPath: export.file(name), toPath: outside)
        try FileManager.default.createSymbolicLink(atPath: export.file(name), withDestinationPath: outside)
        #expect(try export.codes().contains("file-irregular"))
    }

    @Test("in a loop of links ends")
    func loop() throws {
        let export = try DamagedExportTests.sound()
        try export.remove("tile/0")
        try FileManager.default.createSymbolicLink(atPath: export.file("tile/0"), withDestinationPath: "../tile")
        #expect(try export.codes().contains("file-irregular"))
    }

    @Test("with files of a terabyte does not read them", arguments: files)
    func huge(name: String) throws {
        let export = try DamagedExportTests.sound()
        #expect(truncate(export.file(name), 1 << 40) == 0)
        let report = try export.audit()
        let expected: Set<Finding.Code> = [.fileOversized, .eventsDiffer]
        #expect(!expected.isDisjoint(with: report.findings.map(\.code)), "\(report.findings)")
    }

    @Test("with an endless line instead of events")
    func endlessLine() throws {
        let export = try DamagedExportTests.sound()
        try export.write("events.ndjson", [UInt8](repeating: 0x61, count: 20_000_000))
        #expect(Set(try export.codes()) == ["events-differ"])
    }

    @Test(
        "that claims any number of entries ends at once",
        arguments: [
            UInt64(1) << 20, 1 << 32, 1 << 55, UInt64(Int64.max) - 1, UInt64(Int64.max),
        ])
    func greatClaim(size: UInt64) throws {
        let export = try DamagedExportTests.sound()
        let note = try Checkpoint(origin: ExportFixture.origin, size: size, root: MerkleHash.leaf([1]))
            .signed(by: [export.signer])
        try export.write("checkpoint", note.bytes)
        try export.write("checkpoints/\(size)", note.bytes)
        let start = ContinuousClock.now
        let report = try export.audit()
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(report.findings.contains { [.checkpointAhead, .entryMissing].contains($0.code) })
        #expect(report.entries < 1_000_000 || size < 2_000_000)
    }

    @Test("with endless partial tiles and names is listed up to a limit")
    func endlessNames() throws {
        let export = try DamagedExportTests.sound()
        for number in 0..<5_000 { try export.write("tile/0/000.p/\(number)", [0]) }
        for number in 0..<4_000 { try export.write("tile/entries/x\(number)/000", [0]) }
        for number in 0..<1_500 { try export.write("schemas/\(number).json", [0]) }
        let report = try export.audit()
        // The third of them comes after the first thousand findings.
        #expect(report.findings.filter { $0.code == .folderTooLarge }.count == 2)
        #expect(report.findings.count == 1_000 && report.findingCount < 10_000)
    }

    @Test("with folders in folders without end")
    func deepFolders() throws {
        let export = try DamagedExportTests.sound()
        let path = "tile/0/" + String(repeating: "x001/", count: 300)
        try export.write(path + "000", [0])
        #expect(try export.codes() == ["file-unexpected"])
    }

    @Test("that is empty, or no folder, is an obstacle or a finding and never a crash")
    func empty() throws {
        let export = try DamagedExportTests.sound()
        for name in try FileManager.default.contentsOfDirectory(atPath: export.path) { try export.remove(name) }
        let report = try export.audit()
        #expect(report.entries == 0 && report.findings.map(\.code).contains(.fileMissing))
        try export.remove("")
        #expect(throws: AuditError.self) { try export.audit() }
    }

    @Test("with a head that nobody signed is read all the same, and said to be unsigned")
    func unsigned() throws {
        let export = try DamagedExportTests.sound()
        let stranger = try NoteSigner(name: ExportFixture.origin)
        let note = try Checkpoint(origin: ExportFixture.origin, size: 700, root: export.root).signed(by: [stranger])
        try export.write("checkpoint", note.bytes)
        #expect(try export.codes() == ["checkpoint-key-unknown"])
    }
}
