import ArchiveTesting
import CreditArchive
import Foundation
import Testing

/// Folders made to harm whoever verifies them: nothing is read outside, nothing hangs, nothing grows without bound.
@Suite(.timeLimit(.minutes(2))) struct HostileBundleTests {
    /// What a file of the bundle is replaced by.
    enum Trap: String, CaseIterable, Sendable {
        case link, brokenLink, selfLink, device, fifo, listener, folder, sparse, empty

        func set(at path: String, outside: String) throws {
            try FileManager.default.removeItem(atPath: path)
            switch self {
            case .link: symlink(outside, path)
            case .brokenLink: symlink("/nowhere/at/all", path)
            case .selfLink: symlink(path, path)
            case .device: symlink("/dev/zero", path)
            case .fifo: mkfifo(path, 0o600)
            case .listener: Trap.listen(at: path)
            case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case .sparse:
                try Data().write(to: URL(fileURLWithPath: path))
                truncate(path, 1 << 42)
            case .empty: try Data().write(to: URL(fileURLWithPath: path))
            }
        }

        private static func listen(at path: String) {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            close(descriptor)
        }
    }

    @Test(arguments: Trap.allCases)
    func aTrapInPlaceOfAFileIsAFindingAndIsNotRead(_ trap: Trap) async throws {
        let fixture = try await BundleFixture()
        let (whole, _) = try await fixture.bundle("whole") { $0.opensAll = true }
        for (number, file) in try Files.all(in: whole).enumerated() {
            let name = String(file.dropFirst(whole.count + 1))
            // A path that fits into the address of a socket.
            let path = fixture.archive.temporary.file("t\(number)")
            try FileManager.default.copyItem(atPath: whole, toPath: path)
            // What the link leads to is the right file: not even that is read through it.
            try trap.set(at: "\(path)/\(name)", outside: file)
            let found = try fixture.findings(path)
            #expect(found.contains { $0.hasSuffix(" \(name)") }, "\(name): \(found)")
            if trap != .empty { #expect(found.contains("file-unusable \(name)"), "\(name): \(found)") }
        }
    }

    @Test func aLinkInPlaceOfAFolderIsNotFollowed() async throws {
        let fixture = try await BundleFixture()
        for name in ["receipts", "attachments", "consistency"] {
            let (path, _) = try await fixture.bundle("with-\(name)")
            let aside = fixture.archive.temporary.file("aside-\(name)")
            try FileManager.default.moveItem(atPath: "\(path)/\(name)", toPath: aside)
            symlink(aside, "\(path)/\(name)")
            let found = try fixture.findings(path)
            #expect(found.contains("file-unusable \(name)"), "\(found)")
            #expect(found.contains { $0.hasPrefix("file-unusable \(name)/") }, "\(found)")
            // The bundle's own folder may be reached by a link: the caller named it.
            let link = fixture.archive.temporary.file("link-\(name)")
            let (sound, _) = try await fixture.bundle("sound-\(name)")
            symlink(sound, link)
            #expect(try fixture.findings(link).isEmpty)
        }
    }

    @Test(arguments: [
        "../escape", "..\u{2044}x", "a\nb", "a\u{202E}b", "-rf", " ", "index.html ", "INDEX.HTML", "\u{7}bell", "名称",
        ".hidden",
    ])
    func anOddNameIsAFindingThatAShowsWithoutHarm(_ name: String) async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle()
        let file = "\(path)/receipts/\(name.replacingOccurrences(of: "/", with: "∕"))"
        #expect(FileManager.default.createFile(atPath: file, contents: Data("x".utf8)))
        let outcome = try fixture.verify(path)
        #expect(outcome.findings.count == 1 && outcome.findings[0].code == .fileForeign)
        let shown = outcome.findings[0].file + outcome.findings[0].english + outcome.findings[0].chinese
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
    }

    @Test func manyFilesAreCountedToALimit() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle()
        for number in 0..<17_000 { close(open("\(path)/receipts/x\(number)", O_CREAT | O_WRONLY, 0o600)) }
        let outcome = try fixture.verify(path)
        #expect(outcome.findings.count == 1_000 && outcome.findingCount > 16_000 && outcome.findingCount < 17_000)
    }

    @Test func aManifestThatAsksForMuchIsRefused() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle()
        let item = { (position: Int) in
            #"{"leafHash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","part":"case","position":\#(position)}"#
        }
        for positions in [Array(0..<5_000), [3, 3], [4, 3], [9_007_199_254_740_991, 0]] {
            try alter(path + "/bundle.json") { text in
                let list = text.range(of: #""entries":\[.*?\],"formatVersion""#, options: .regularExpression)
                let items = positions.map(item).joined(separator: ",")
                if let list { text.replaceSubrange(list, with: #""entries":[\#(items)],"formatVersion""#) }
            }
            #expect(try fixture.findings(path) == ["manifest-malformed bundle.json"])
        }
        let deep = String(repeating: "[", count: 1 << 20)
        try Files.write(Data(deep.utf8), to: path + "/bundle.json")
        #expect(try fixture.findings(path) == ["manifest-malformed bundle.json"])
    }

    @Test func whatIsNoBundleIsBadInput() async throws {
        let fixture = try await BundleFixture()
        _ = try fixture.archive.file("file", "x")
        for path in [
            fixture.archive.temporary.file("nothing"), fixture.archive.temporary.file("file"),
            fixture.archive.folder.path,
            "", "/dev/null",
        ] {
            let error = await thrown { try fixture.verify(path) }
            #expect(error?.code == "bundle-missing" && error?.kind == .badInput, "\(path)")
        }
    }

    @Test func noMutatedFileBringsTheVerifierDown() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle { $0.opensAll = true }
        var generator = SeededGenerator(announcedAs: "mutated bundle")
        let files = try Files.all(in: path)
        for round in 0..<(isLongRun ? 20_000 : 150) {
            let file = generator.pick(files)
            let whole = try Files.bytes(file)
            var bytes = [UInt8](whole)
            for _ in 0..<generator.below(3) + 1 {
                let place = generator.below(bytes.count + 1)
                switch generator.below(4) {
                case 0: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.below(200)))
                case 1: bytes.insert(contentsOf: bytes.prefix(generator.below(300)), at: place)
                case 2: bytes.insert(contentsOf: Array("\u{202E}\n{\"".utf8), at: place)
                default: bytes.insert(UInt8(generator.below(256)), at: place)
                }
            }
            try Files.write(Data(bytes), to: file)
            #expect(try bytes == [UInt8](whole) || !fixture.findings(path).isEmpty, "round \(round), \(file)")
            try Files.write(whole, to: file)
        }
    }
}
