import CanonicalJSON
import Crypto
import EventLog
import Testing

/// What is disclosed of a sealed field, and how anybody holds it against the commitment.
@Suite struct FieldDisclosureTests {
    private let cipher = FieldCipher(random: RandomPool())
    private let key = [UInt8](repeating: 9, count: 32)
    private let place = FieldCipher.Place(
        archiveID: "archive", identity: EventIdentity(source: "s", id: "1"), type: "incident.determined",
        pointer: "/fact")

    @Test(arguments: ["", "甲的事实", "两\n行", "\"引号\" \\ 与 \u{7F}", "\u{1F600}", String(repeating: "长", count: 10_000)])
    func aDisclosureHasTheTextAndFitsTheCommitment(_ text: String) throws {
        let field = try cipher.seal(text, at: place, keyID: 3, key: key)
        let disclosure = try cipher.disclose(field, at: place, key: key)
        #expect(disclosure.text == text && disclosure.salt.count == FieldDisclosure.saltByteCount)
        #expect(disclosure.commitment(at: "/fact") == field.commitment)
        #expect(try cipher.open(field, at: place, key: key) == text)
    }

    @Test func theCommitmentIsTheHashThatTheFormatSays() throws {
        let salt = (0..<32).map { UInt8($0) }
        let disclosure = try #require(FieldDisclosure(salt: salt, text: "甲\n\"乙\""))
        let value = Array("\"甲\\n\\\"乙\\\"\"".utf8)
        let bytes: [UInt8] =
            [0, 0, 0, 32] + salt + [0, 0, 0, 5] + Array("/fact".utf8) + [0, 0, 0, UInt8(value.count)] + value
        #expect(disclosure.commitment(at: "/fact").bytes == Array(SHA256.hash(data: bytes)))
    }

    @Test func anotherTextSaltOrPlaceHasAnotherCommitment() throws {
        let field = try cipher.seal("甲", at: place, keyID: 3, key: key)
        let disclosure = try cipher.disclose(field, at: place, key: key)
        #expect(disclosure.commitment(at: "/note") != field.commitment)
        let other = try #require(FieldDisclosure(salt: disclosure.salt, text: "乙"))
        #expect(other.commitment(at: "/fact") != field.commitment)
        var salt = disclosure.salt
        salt[0] ^= 1
        #expect(try #require(FieldDisclosure(salt: salt, text: "甲")).commitment(at: "/fact") != field.commitment)
        // The lengths keep apart what would run together.
        let left = try #require(FieldDisclosure(salt: salt, text: "b"))
        #expect(left.commitment(at: "/a") != left.commitment(at: "/a\"b"))
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func aSaltOfAnotherLengthIsNone(_ count: Int) {
        #expect(FieldDisclosure(salt: [UInt8](repeating: 1, count: count), text: "甲") == nil)
    }

    @Test func whatDoesNotOpenIsNotDisclosed() throws {
        var field = try cipher.seal("甲", at: place, keyID: 3, key: key)
        let wrong = [UInt8](repeating: 8, count: 32)
        #expect(throws: EventLogError.self) { try cipher.disclose(field, at: place, key: wrong) }
        field.ciphertext[40] ^= 1
        #expect(throws: EventLogError.self) { try cipher.disclose(field, at: place, key: key) }
    }
}
