import ArchiveTesting
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing

/// Texts that are erased for good while the tree and every structured fact stay.
@Suite struct ErasureTests {
    private static let basis = "个人信息保护法第四十七条"
    private static let erased = "〔已抹除 erased〕"

    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([
            Cloud.body(1), Cloud.incident("a", fact: "甲的旧文"), Cloud.incident("b", fact: "乙的旧文"),
            Cloud.statement("s", "2023-04-01", "甲的陈述"),
        ])
        return archive
    }

    @discardableResult
    private func erase(_ archive: TestArchive, _ stream: String = "case/a") async throws -> UInt64 {
        try await archive.writing { archive in
            try Administrator(archive).destroyTexts(of: stream, basis: ErasureTests.basis, recordedBy: "operator/7")
        }
    }

    private func trail(_ archive: TestArchive, _ item: String = "a") async throws -> [String] {
        try await archive.reading { try Auditor($0).trail(ofCase: #require(CaseID(item))).map(\.chinese) }
    }

    /// The slot of a case's key in the key file.
    private func slot(_ archive: TestArchive, _ item: String) async throws -> (id: Int, bytes: Data) {
        let head = try await archive.reading { try $0.log.stream(.case(item)) }
        let id = Int(try #require(head.keyID))
        let file = try Files.bytes(archive.folder.dataKeys)
        return (id, file[64 + id * 32..<64 + id * 32 + 32])
    }

    @Test func erasedTextsAreGoneEverywhereAndEverythingElseStays() async throws {
        let archive = try await ready()
        let before = try await archive.reading { try Auditor($0).standing(.all) }
        let checkpoint = try await archive.writing { try Administrator($0).checkpoint() }
        let key = try await slot(archive, "a").bytes
        #expect(key != Data(repeating: 0, count: 32))
        #expect(try await trail(archive) == ["失信认定：未守信践诺，一般：甲的旧文", "主体陈述：甲的陈述"])
        let position = try await erase(archive)
        #expect(position == 5)
        #expect(try await trail(archive) == ["失信认定：未守信践诺，一般：\(ErasureTests.erased)", "主体陈述：\(ErasureTests.erased)"])
        #expect(try await trail(archive, "b") == ["失信认定：未守信践诺，一般：乙的旧文"])
        #expect(try await slot(archive, "a").bytes == Data(repeating: 0, count: 32))
        for file in try Files.all(in: archive.folder.path) {
            #expect(try Files.bytes(file).range(of: key) == nil, "\(file)")
        }
        let after = try await archive.reading { try Auditor($0).standing(.all, atPosition: 4) }
        #expect(after.map(\.cases) == before.map(\.cases))
        // The tree of the checkpoint made before is the tree that is there.
        var options = Verification.Options()
        (options.deep, options.verifierKeys, options.against) = (true, [archive.verifierKey], [checkpoint])
        let outcome = try Verification(archive.folder, options).run()
        #expect(outcome.findings.isEmpty && outcome.report.entries == 6)
    }

    @Test func theErasureIsItselfRecordedWithItsBasis() async throws {
        let archive = try await ready()
        let id = try await slot(archive, "a").id
        try await erase(archive)
        guard let last = try await archive.entries().last, case .subjectKeyDestroyed(let data) = try last.event() else {
            Issue.record("the record of the erasure")
            return
        }
        #expect(data.keyID == UInt32(id) && data.stream == "case/a" && data.basis == ErasureTests.basis)
        #expect(last.recordedBy == "operator/7" && last.subject == .archive)
    }

    @Test func anOlderKeyFileShowsNothingAndIsZeroedAgain() async throws {
        let archive = try await ready()
        let backup = try Files.bytes(archive.folder.dataKeys)
        let id = try await slot(archive, "a").id
        try await erase(archive)
        try Files.write(backup, to: archive.folder.dataKeys)
        // The key is in the file again; a reader goes by the log.
        #expect(try await slot(archive, "a").bytes != Data(repeating: 0, count: 32))
        #expect(try await trail(archive).allSatisfy { $0.hasSuffix(ErasureTests.erased) })
        #expect(try await trail(archive, "b")[0].hasSuffix("乙的旧文"))
        let checks = try Examination(archive.folder).run()
        #expect(checks.first { $0.code == "data-keys" }?.isWell == false)
        // The derived index knows of it, and so does the log alone.
        Files.remove(["index.sqlite"], in: archive.folder)
        #expect(try await trail(archive).allSatisfy { $0.hasSuffix(ErasureTests.erased) })
        try await archive.writing { _ in }
        let file = try Files.bytes(archive.folder.dataKeys)
        #expect(file[64 + id * 32..<64 + id * 32 + 32] == Data(repeating: 0, count: 32))
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
    }

    @Test func aRetryOfAnErasedEventIsStillADuplicateByItsStructuredFields() async throws {
        let archive = try await ready()
        try await erase(archive)
        #expect(try await archive.append([Cloud.incident("a", fact: "甲的旧文")])[0].isDuplicate)
        // The text cannot be compared any more; what is structured can.
        #expect(try await archive.append([Cloud.incident("a", fact: "别的")])[0].isDuplicate)
        for other in [Cloud.incident("a", severity: "严重"), Cloud.incident("a", on: "2023-03-06")] {
            #expect(await thrown { try await archive.append([other]) }?.code == "identity-conflict")
        }
        #expect(try await archive.append([Cloud.statement("s", "2023-04-01", "甲的陈述")])[0].isDuplicate)
        #expect(
            await thrown { try await archive.append([Cloud.statement("s", "2023-04-02", "甲的陈述")]) }?.kind == .conflict)
        #expect(try await archive.size == 6)
    }

    @Test func anErasedTextCannotBeCorrectedAndLaterTextsAreReadable() async throws {
        let archive = try await ready()
        try await erase(archive)
        let correction = Cloud.correction("c", "2023-05-01", "失信事实", old: "甲的旧文", new: "新")
        #expect(await thrown { try await archive.append([correction]) }?.code == "fact-erased")
        try await archive.append([
            Cloud.correction("d", "2023-05-01", "严重程度", old: "一般", new: "轻微"),
            Cloud.statement("t", "2023-05-02", "甲的新陈述"),
        ])
        #expect(try await trail(archive).last == "主体陈述：甲的新陈述")
        #expect(try archive.deepFindings().isEmpty)
        // And they can be erased as well.
        try await erase(archive)
        #expect(try await trail(archive).last == "主体陈述：\(ErasureTests.erased)")
        #expect(try await archive.size == 9)
    }

    @Test func oneProcessSeesItsOwnErasureAtOnce() async throws {
        let archive = try await ready()
        try await archive.writing { open in
            let recorder = try Recorder(open, recordedBy: "operator/test")
            // The recorder has the case and its key at hand.
            _ = try await recorder.append(cloudEvents: Array(Cloud.statement("t", "2023-04-02", "其二").utf8))
            _ = try Administrator(open).destroyTexts(of: "case/a", basis: ErasureTests.basis, recordedBy: "operator/7")
            let id = try #require(CaseID("a"))
            let erased = try Auditor(open).trail(ofCase: id).map(\.chinese)
            #expect(erased.count == 3 && erased.allSatisfy { $0.hasSuffix(ErasureTests.erased) })
            _ = try await recorder.append(cloudEvents: Array(Cloud.statement("u", "2023-04-03", "其三").utf8))
            let last = try Auditor(open).trail(ofCase: id).last?.chinese
            #expect(last == "主体陈述：其三")
        }
        #expect(try await trail(archive).last == "主体陈述：其三")
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test(arguments: [
        ("case/z", "依据", "stream-not-found"), ("nothing", "依据", "stream-not-found"),
        ("archive", "依据", "nothing-sealed"),
        ("body/\(Rows.code(1))", "依据", "nothing-sealed"), ("case/a", "", "basis-malformed"),
        ("case/a", "两\n行", "basis-malformed"),
    ])
    func whatCannotBeErasedIsSaid(_ stream: String, _ basis: String, _ code: String) async throws {
        let archive = try await ready()
        let error = await thrown {
            try await archive.writing {
                try Administrator($0).destroyTexts(of: stream, basis: basis, recordedBy: "operator/7")
            }
        }
        #expect(error?.code == code)
        #expect(try await archive.size == 5)
        #expect(try await trail(archive)[0].hasSuffix("甲的旧文"))
    }

    @Test func withoutTheKeyFileTextsAreMissingNotErased() async throws {
        let archive = try await ready()
        try FileManager.default.removeItem(atPath: archive.folder.dataKeys)
        #expect(try await trail(archive)[0].hasSuffix("〔密钥缺失 key missing〕"))
        #expect(try await archive.reading { try Auditor($0).standing(.all) }.count == 1)
        #expect(try Examination(archive.folder).run().first { $0.code == "data-keys" }?.isWell == false)
        // Nothing is sealed under new keys by accident: that the old ones are lost for good is for a person to say.
        #expect(await thrown { try await archive.append([Cloud.incident("c", fact: "丙的文")]) }?.code == "keys-unusable")
        #expect(FileManager.default.createFile(atPath: archive.folder.dataKeys, contents: nil))
        // A new key file never gives a lost key's number to another text.
        try await archive.append([Cloud.incident("c", fact: "丙的文")])
        #expect(try await trail(archive)[0].hasSuffix("〔密钥缺失 key missing〕"))
        #expect(try await trail(archive, "c")[0].hasSuffix("丙的文"))
    }
}
