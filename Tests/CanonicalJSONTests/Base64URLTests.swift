import ArchiveTesting
import CanonicalJSON
import Testing

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of RFC 4648 come out without padding`(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test func `the two letters of the URL alphabet stand for 62 and 63`() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
        #expect(Base64URL.decode("-_-_".utf8) == [0xFB, 0xFF, 0xBF])
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zm8=", "Z", "Zm9vY", "Zm9v Yg", " Zg", "Zg ", "Zg\n", "Zm+v", "Zm/v", "Zm9v.", "Zm9é", "Z\u{0}",
    ])
    func `padding, white space, other letters and impossible lengths are refused`(text: String) {
        #expect(Base64URL.decode(text.utf8) == nil)
    }

    @Test func `of all texts of two or three letters only those with unused bits zero are read`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var read = [0, 0]
        var wrong: [[UInt8]] = []
        for a in alphabet {
            for text in alphabet.flatMap({ b in [[a, b]] + alphabet.map { [a, b, $0] } }) {
                guard let bytes = Base64URL.decode(text) else { continue }
                read[text.count - 2] += 1
                if Array(Base64URL.encode(bytes).utf8) != text { wrong.append(text) }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(3)) are not the only forms of their bytes")
        #expect(read == [256, 65_536])
    }

    @Test func `random bytes come back`() {
        var generator = SeededGenerator(announcedAs: "base64url")
        for _ in 0..<2_000 {
            let bytes = (0..<generator.below(100)).map { _ in UInt8(generator.below(256)) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text.utf8) == bytes, "SEED=\(generator.seed)")
            #expect(text.utf8.count == (bytes.count * 8 + 5) / 6)
        }
    }
}
