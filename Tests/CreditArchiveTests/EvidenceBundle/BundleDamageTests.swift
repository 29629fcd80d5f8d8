import ArchiveTesting
import CreditArchive
import Foundation
import Testing
import TransparencyLog

/// Bundles that were altered: each alteration is found, by its code.
@Suite struct BundleDamageTests {
    private static let plan = EvidenceStore.digest(Array(BundleFixture.plan.utf8)).dropFirst("sha256:".count)

    /// An alteration of a bundle with every text opened, and what is found.
    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: String
        var apply: @Sendable (String) throws -> Void

        init(_ name: String, _ expected: String, _ apply: @escaping @Sendable (String) throws -> Void) {
            (testDescription, self.expected, self.apply) = (name, expected, apply)
        }
    }

    static let damages: [Damage] = [
        Damage("the page tells another amount", "page-differs index.html") {
            try alter($0 + "/index.html") { $0 = $0.replacingOccurrences(of: "一般", with: "轻微") }
        },
        Damage("one byte of the page", "page-differs index.html") { try alter($0 + "/index.html") { $0 += "\n" } },
        Damage("an opened text says more", "opening-false bundle.json") {
            try alter($0 + "/bundle.json") { $0 = $0.replacingOccurrences(of: "甲的陈述", with: "甲的陈述。") }
        },
        Damage("a text is moved to another place", "opening-false bundle.json") {
            try alter($0 + "/bundle.json") { text in
                text = text.replacingOccurrences(
                    of: #""pointer":"/text","position":6"#, with: #""pointer":"/note","position":5"#)
            }
        },
        Damage("a text of no sealed field", "opening-false bundle.json") {
            try alter($0 + "/bundle.json") { text in
                text = text.replacingOccurrences(of: #""pointer":"/text""#, with: #""pointer":"/office""#)
            }
        },
        Damage("the time of making is no time", "manifest-malformed bundle.json") {
            try alter($0 + "/bundle.json") { $0 = $0.replacingOccurrences(of: #""madeAt":"2"#, with: #""madeAt":"x"#) }
        },
        Damage("another form", "manifest-malformed bundle.json") {
            try alter($0 + "/bundle.json") {
                $0 = $0.replacingOccurrences(of: #""formatVersion":1"#, with: #""formatVersion":2"#)
            }
        },
        Damage("a page of another version", "manifest-malformed bundle.json") {
            try alter($0 + "/bundle.json") {
                $0 = $0.replacingOccurrences(of: #""pageVersion":1"#, with: #""pageVersion":2"#)
            }
        },
        Damage("white space in bundle.json", "manifest-differs bundle.json") {
            try alter($0 + "/bundle.json") { $0 += " " }
        },
        Damage("an unknown member", "manifest-malformed bundle.json") {
            try alter($0 + "/bundle.json") {
                $0 = $0.replacingOccurrences(of: "{\"attachments\"", with: "{\"a\":1,\"attachments\"")
            }
        },
        Damage("not JSON", "manifest-malformed bundle.json") { try alter($0 + "/bundle.json") { $0 = "{" } },
        Damage("another leaf hash", "manifest-differs bundle.json") {
            try alter($0 + "/bundle.json") { text in
                let place = text.range(of: "\"leafHash\":\"")?.upperBound ?? text.startIndex
                let letter = text[place] == "A" ? "B" : "A"
                text.replaceSubrange(place...place, with: letter)
            }
        },
        Damage("another size of the checkpoint", "manifest-differs bundle.json") {
            try alter($0 + "/bundle.json") { $0 = $0.replacingOccurrences(of: #""size":9}"#, with: #""size":10}"#) }
        },
        Damage("another case", "entry-foreign receipts/3.tlog-proof") {
            try alter($0 + "/bundle.json") { $0 = $0.replacingOccurrences(of: #""case":"a""#, with: #""case":"b""#) }
        },
        Damage("an entry named as another part", "stream-broken receipts/4.tlog-proof") {
            try alter($0 + "/bundle.json") { text in
                text = text.replacingOccurrences(
                    of: #""part":"case","position":3"#, with: #""part":"body","position":3"#)
            }
        },
        Damage("an erasure that is none", "entry-foreign receipts/7.tlog-proof") {
            try alter($0 + "/bundle.json") { text in
                text = text.replacingOccurrences(
                    of: #""part":"case","position":7"#, with: #""part":"erasure","position":7"#)
            }
        },
        Damage("a receipt is missing", "file-unusable receipts/5.tlog-proof") {
            try FileManager.default.removeItem(atPath: $0 + "/receipts/5.tlog-proof")
        },
        Damage("receipts exchanged", "receipt-malformed receipts/4.tlog-proof") {
            try Files.write(try Files.bytes($0 + "/receipts/5.tlog-proof"), to: $0 + "/receipts/4.tlog-proof")
        },
        Damage("an index changed", "receipt-malformed receipts/4.tlog-proof") {
            try alter($0 + "/receipts/4.tlog-proof") { $0 = $0.replacingOccurrences(of: "index 4", with: "index 5") }
        },
        Damage("an entry altered", "entry-unproven receipts/3.tlog-proof") {
            try alter($0 + "/receipts/3.tlog-proof") { text in
                var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
                let entry = Data(base64Encoded: String(lines[1].dropFirst(6))) ?? Data()
                let changed = String(decoding: entry, as: UTF8.self).replacingOccurrences(of: "R05", with: "R04")
                lines[1] = "extra " + Data(changed.utf8).base64EncodedString()
                text = lines.joined(separator: "\n")
            }
        },
        Damage("a receipt without its entry", "receipt-malformed receipts/3.tlog-proof") {
            try alter($0 + "/receipts/3.tlog-proof") { text in
                var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                lines.remove(at: 1)
                text = lines.joined(separator: "\n")
            }
        },
        Damage("a receipt that is none", "receipt-malformed receipts/3.tlog-proof") {
            try alter($0 + "/receipts/3.tlog-proof") { $0 = "receipt" }
        },
        Damage("the signature of one receipt", "receipt-checkpoint receipts/3.tlog-proof") {
            try alter($0 + "/receipts/3.tlog-proof") { text in
                let note = text.range(of: "\u{2014} ")?.upperBound ?? text.startIndex
                text.insert("x", at: note)
            }
        },
        Damage("the checkpoint", "checkpoint-untrusted checkpoint") {
            try alter($0 + "/checkpoint") { $0 = $0.replacingOccurrences(of: "\n9\n", with: "\n8\n") }
        },
        Damage("no checkpoint", "file-unusable checkpoint") {
            try FileManager.default.removeItem(atPath: $0 + "/checkpoint")
        },
        Damage("an attachment altered", "attachment-altered attachments/\(plan)") {
            try alter("\($0)/attachments/\(plan)") { $0 = "another plan" }
        },
        Damage("an attachment missing", "file-unusable attachments/\(plan)") {
            try FileManager.default.removeItem(atPath: "\($0)/attachments/\(plan)")
        },
        Damage("an attachment that nobody names", "file-foreign attachments/more") {
            try Files.write(Data("x".utf8), to: $0 + "/attachments/more")
        },
        Damage("an attachment said to be left out", "file-foreign attachments/\(plan)") {
            try alter($0 + "/bundle.json") {
                $0 = $0.replacingOccurrences(of: #""included":true"#, with: #""included":false"#)
            }
        },
        Damage("a receipt that bundle.json does not list", "file-foreign receipts/8.tlog-proof") {
            try Files.write(Data("x".utf8), to: $0 + "/receipts/8.tlog-proof")
        },
        Damage("a script beside the page", "file-foreign run.sh") {
            try Files.write(Data("x".utf8), to: $0 + "/run.sh")
        },
        Damage("no page", "file-unusable index.html") {
            try FileManager.default.removeItem(atPath: $0 + "/index.html")
        },
        Damage("a consistency proof that is none", "consistency-malformed consistency/1") {
            try alter($0 + "/consistency/1") { $0 = "old x\n" }
        },
        Damage("a consistency proof of another size", "consistency-malformed consistency/1") {
            try alter($0 + "/consistency/1") { $0 = $0.replacingOccurrences(of: "old 1\n", with: "old 2\n") }
        },
        Damage("a consistency proof missing", "file-unusable consistency/1") {
            try FileManager.default.removeItem(atPath: $0 + "/consistency/1")
        },
    ]

    @Test func everyAlterationIsFoundByItsCode() async throws {
        let fixture = try await BundleFixture()
        let (whole, _) = try await fixture.bundle("whole") { $0.opensAll = true }
        for (number, damage) in Self.damages.enumerated() {
            let path = fixture.archive.temporary.file("damaged-\(number)")
            try FileManager.default.copyItem(atPath: whole, toPath: path)
            try damage.apply(path)
            let found = try fixture.findings(path)
            #expect(found.contains(damage.expected), "\(damage.testDescription): \(found)")
        }
        #expect(try fixture.findings(whole).isEmpty)
    }

    @Test func aCaseWithALeftOutEntryIsFound() async throws {
        let fixture = try await BundleFixture()
        for (position, isLast) in [(4, false), (7, true)] {
            let (path, _) = try await fixture.bundle("without-\(position)")
            try FileManager.default.removeItem(atPath: "\(path)/receipts/\(position).tlog-proof")
            try alter(path + "/bundle.json") { text in
                let item = text.range(
                    of: #"\{"leafHash":"[^"]*","part":"case","position":\#(position)\},?"#, options: .regularExpression)
                if let item { text.removeSubrange(item) }
                text = text.replacingOccurrences(of: "},]", with: "}]")
            }
            let found = try fixture.findings(path)
            // What no bundle can show: that its last entry is the case's last. Only the page was left as it was.
            #expect(found == [isLast ? "page-differs index.html" : "stream-broken receipts/5.tlog-proof"])
        }
    }

    @Test func aTextThatTheBundleItselfRecordsAsErasedIsFound() async throws {
        let fixture = try await BundleFixture()
        let (before, _) = try await fixture.bundle("before") { $0.opensAll = true }
        try await fixture.archive.writing { archive in
            _ = try Administrator(archive).destroyTexts(of: "case/a", basis: "依据", recordedBy: "operator/7")
            _ = try Administrator(archive).checkpoint()
        }
        let (path, _) = try await fixture.bundle("after")
        let old = String(decoding: try Files.bytes(before + "/bundle.json"), as: UTF8.self)
        let start = try #require(old.range(of: "\"opened\":")?.lowerBound)
        try alter(path + "/bundle.json") { text in
            text.replaceSubrange((text.range(of: "\"opened\":")?.lowerBound ?? text.endIndex)..., with: old[start...])
        }
        #expect(try fixture.findings(path) == [String](repeating: "opening-erased bundle.json", count: 5))
    }

    @Test func theKeyIsTheCallersAndNobodyElses() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle()
        let sameName = try NoteSigner(name: "credit.example/test").verifier.string
        let otherName = try NoteSigner(name: "credit.example/other").verifier.string
        for key in [sameName, otherName] {
            #expect(try fixture.findings(path) { $0.verifierKeys = [key] } == ["checkpoint-untrusted checkpoint"])
        }
        #expect(try fixture.findings(path) { $0.verifierKeys = [sameName, fixture.archive.verifierKey] }.isEmpty)
        #expect(await thrown { try fixture.findings(path) { $0.verifierKeys = ["nonsense"] } }?.code == "key-malformed")
        #expect(try fixture.findings(path) { $0.verifierKeys = [] } == ["checkpoint-untrusted checkpoint"])
    }

    @Test func everyFlippedBitIsFound() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle { $0.opensAll = true }
        var generator = SeededGenerator(announcedAs: "flipped bits of a bundle")
        for file in try Files.all(in: path) {
            let whole = try Files.bytes(file)
            let places =
                isLongRun ? Array(whole.indices) : (0..<30).map { _ in whole.startIndex + generator.below(whole.count) }
            for place in places {
                var altered = whole
                altered[place] ^= 1 << UInt8(generator.below(8))
                try Files.write(altered, to: file)
                #expect(try !fixture.findings(path).isEmpty, "byte \(place) of \(file)")
            }
            try Files.write(whole, to: file)
        }
        #expect(try fixture.findings(path).isEmpty)
    }
}
