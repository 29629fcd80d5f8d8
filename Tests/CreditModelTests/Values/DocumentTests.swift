import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct DocumentTests {
    @Test(arguments: [
        ("云发改〔2023〕7号", "云发改〔2023〕7号"), ("云发改[2023]7号", "云发改〔2023〕7号"),
        ("云发改【2023】7号", "云发改〔2023〕7号"), ("云发改(2023)7号", "云发改〔2023〕7号"),
        ("云发改（2023）7号", "云发改〔2023〕7号"), ("云发改［2023］7号", "云发改〔2023〕7号"),
        ("云发改﹝2023﹞7号", "云发改〔2023〕7号"), ("云发改 〔 2023 〕 7 号", "云发改〔2023〕7号"),
        ("云发改〔２０２３〕７号", "云发改〔2023〕7号"), ("云发改\u{3000}[2023]\u{A0}7号", "云发改〔2023〕7号"),
        ("\u{FEFF}云发改[2023]7\u{200B}号", "云发改〔2023〕7号"), ("云发改[2023）7号", "云发改〔2023〕7号"),
        ("（2023）豫1330执123号", "（2023）豫1330执123号"), ("(2023)豫1330执123号", "（2023）豫1330执123号"),
        ("[2023]豫1330执123号", "（2023）豫1330执123号"), ("〔2023〕豫1330执123号", "（2023）豫1330执123号"),
        (" ( 2023 ) 豫 １３３０ 执 123 号", "（2023）豫1330执123号"),
        ("(2023)豫(1330)执123号", "（2023）豫〔1330〕执123号"), ("ＡＢ－１", "AB-1"), ("7", "7"), ("", ""), (" \u{3000}", ""),
    ])
    func `brackets, widths and spaces are made one`(written: String, normalised: String) {
        #expect(DocumentNumber.normalise(written) == normalised)
        #expect(DocumentNumber.normalise(normalised) == normalised)
    }

    @Test func `normalising twice changes nothing more`() {
        var generator = SeededGenerator(announcedAs: "document numbers")
        let pieces = Array("云发改豫号执2023７Ａ-－ \u{3000}()（）[]［］【】〔〕﹝﹞｛〈é\u{301}𠮷".unicodeScalars)
        for _ in 0..<10_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<generator.below(12) { text.append(pieces[generator.below(pieces.count)]) }
            let once = DocumentNumber.normalise(String(text))
            if !DocumentNumber.normalise(once).utf8.elementsEqual(once.utf8) {
                Issue.record("SEED=\(generator.seed): \(String(text)) became \(once)")
            }
        }
    }

    @Test func `the original is kept where it differs`() throws {
        let changed = try #require(DocumentNumber("云发改[2023]7号"))
        #expect(changed.normalised == "云发改〔2023〕7号")
        #expect(changed.written == "云发改[2023]7号")
        #expect(json(changed) == #"{"number":"云发改〔2023〕7号","numberAsWritten":"云发改[2023]7号"}"#)
        let same = try #require(DocumentNumber("云发改〔2023〕7号"))
        #expect(same.written == nil)
        #expect(json(same) == #"{"number":"云发改〔2023〕7号"}"#)
        #expect(try read(json(changed), as: DocumentNumber.self) == changed)
    }

    @Test(arguments: ["", " ", " 7", "7\u{3000}", "7\n8", "\u{200B}", String(repeating: "7", count: 101)])
    func `a number is one line of at most a hundred characters with something in it`(written: String) {
        #expect(DocumentNumber(written) == nil)
    }

    @Test func `a basis is a title with a number`() throws {
        let number = try #require(DocumentNumber("(2023)豫1330行初12号"))
        let basis = BasisDocument(title: "行政判决书", number: number)
        let text = #"{"number":"（2023）豫1330行初12号","numberAsWritten":"(2023)豫1330行初12号","title":"行政判决书"}"#
        #expect(json(basis) == text)
        #expect(try read(text, as: BasisDocument.self) == basis)
        #expect(
            fault { () throws(JSONFault) in _ = try read(#"{"number":"7"}"#, as: BasisDocument.self) }?.pointer
                == "/title")
        #expect(
            fault { () throws(JSONFault) in _ = try read(#"{"number":"7","x":0}"#, as: DocumentNumber.self) }?.code
                == .unknownMember)
    }

    @Test(
        arguments: [
            ("sha256:" + String(repeating: "0a", count: 32), "照片.jpg", 0, nil),
            ("sha256:" + String(repeating: "0A", count: 32), "a", 0, "/digest"),
            ("sha256:" + String(repeating: "0", count: 63), "a", 0, "/digest"),
            ("sha512:" + String(repeating: "0", count: 64), "a", 0, "/digest"),
            ("sha256:" + String(repeating: "0", count: 64), "a/b", 0, "/name"),
            ("sha256:" + String(repeating: "0", count: 64), " a", 0, "/name"),
            ("sha256:" + String(repeating: "0", count: 64), String(repeating: "页", count: 256), 0, "/name"),
            (
                "sha256:" + String(repeating: "0", count: 64), String(repeating: "页", count: 255),
                9_007_199_254_740_991, nil
            ),
            ("sha256:" + String(repeating: "0", count: 64), "a", -1, "/size"),
        ] as [(String, String, Int64, String?)])
    func `an attachment is a digest, a name without a folder and a size`(
        digest: String, name: String, size: Int64, pointer: String?
    ) {
        let evidence = Evidence(digest: digest, name: name, size: size)
        let found = fault { () throws(JSONFault) in
            if try read(json(evidence), as: Evidence.self) != evidence { Issue.record("\(evidence) came back changed") }
        }
        #expect(found?.pointer == pointer)
    }
}
