import ArchiveTesting
import CanonicalJSON
import Crypto
import EventLog
import Testing

@Suite("Field cipher")
struct FieldCipherTests {
    static let place = FieldCipher.Place(
        archiveID: "5e1f", identity: EventIdentity(source: "urn:s", id: "id\"1"), type: "incident.determined",
        pointer: "/facts")
    static let text = "某局未按判决支付\n\"货款\" 12.5 万元 😀"
    let key = RandomPool().bytes(32)
    let cipher = FieldCipher(random: RandomPool())

    private func sealed(_ text: String = Self.text) throws -> SealedField {
        try cipher.seal(text, at: Self.place, keyID: 3, key: key)
    }

    @Test("opens what it sealed", arguments: ["", "a", text, String(repeating: "长", count: 4_000)])
    func roundTrip(text: String) throws {
        let field = try sealed(text)
        #expect(field.keyID == 3)
        #expect(try cipher.open(field, at: Self.place, key: key) == text)
        var writer = JSONWriter()
        writer.value(field)
        let read = try SealedField(json: JSONDocument(parsing: writer.bytes).root)
        #expect(try FieldCipher(random: RandomPool()).open(read, at: Self.place, key: key) == text)
    }

    @Test("ciphertext, associated data and commitment are those of the format, recomputed")
    func format() throws {
        let field = try sealed()
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: field.nonce), ciphertext: field.ciphertext.dropLast(16),
            tag: field.ciphertext.suffix(16))
        let associated = #"["5e1f","urn:s","id\"1","incident.determined","/facts"]"#
        let plain = try AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: Array(associated.utf8))
        let (salt, value) = (Array(plain.prefix(32)), Array(plain.dropFirst(32)))
        #expect(value == Array("\"某局未按判决支付\\n\\\"货款\\\" 12.5 万元 😀\"".utf8))

        var preimage: [UInt8] = []
        for part in [salt, Array("/facts".utf8), value] {
            let count = UInt32(part.count)
            preimage += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + part
        }
        #expect(field.commitment.bytes == Array(SHA256.hash(data: preimage)))
    }

    @Test("two sealings of one text have nothing in common")
    func salted() throws {
        let (left, right) = (try sealed(), try sealed())
        #expect(left.nonce != right.nonce)
        #expect(left.ciphertext != right.ciphertext)
        #expect(left.commitment != right.commitment)
    }

    @Test("a field that was moved does not open")
    func moved() async throws {
        let field = try sealed()
        var places = [FieldCipher.Place](repeating: Self.place, count: 5)
        places[0].archiveID = "5e1e"
        places[1].identity = EventIdentity(source: "urn:t", id: "id\"1")
        places[2].identity = EventIdentity(source: "urn:s", id: "id\"2")
        places[3].type = "incident.corrected"
        places[4].pointer = "/facts/0"
        for place in places {
            let error = await refusal { _ = try cipher.open(field, at: place, key: key) }
            #expect(error?.code == .damaged)
            #expect(error?.english.contains(place.identity.id) == true)
        }
    }

    @Test("another key does not open it")
    func otherKey() async throws {
        let field = try sealed()
        var other = key
        other[31] ^= 1
        for wrong in [other, RandomPool().bytes(32), Array(key.prefix(16)), [], key + [0]] {
            #expect(await refusal { _ = try cipher.open(field, at: Self.place, key: wrong) }?.code == .damaged)
        }
    }

    @Test("no byte can be altered")
    func altered() async throws {
        let field = try sealed()
        var fields: [SealedField] = []
        for index in field.nonce.indices {
            var altered = field
            altered.nonce[index] ^= 0x10
            fields.append(altered)
        }
        for index in field.ciphertext.indices {
            var altered = field
            altered.ciphertext[index] ^= 0x01
            fields.append(altered)
        }
        for index in field.commitment.bytes.indices {
            var bytes = field.commitment.bytes
            bytes[index] ^= 0x80
            var altered = field
            altered.commitment = try #require(Commitment(bytes))
            fields.append(altered)
        }
        for cut in [0, 1, 15, 16, 17, field.ciphertext.count - 1] {
            var altered = field
            altered.ciphertext = Array(field.ciphertext.prefix(cut))
            fields.append(altered)
        }
        for altered in fields {
            #expect(await refusal { _ = try cipher.open(altered, at: Self.place, key: key) }?.code == .damaged)
        }
    }

    @Test("a sealed value that is no text is refused, though key and commitment fit")
    func notAText() async throws {
        // Sealed by the format's rules, over a number.
        let salt = RandomPool().bytes(32)
        let value = Array("12".utf8)
        let associated = Array(#"["5e1f","urn:s","id\"1","incident.determined","/facts"]"#.utf8)
        let box = try AES.GCM.seal(salt + value, using: SymmetricKey(data: key), authenticating: associated)
        var preimage: [UInt8] = []
        for part in [salt, Array("/facts".utf8), value] { preimage += [0, 0, 0, UInt8(part.count)] + part }
        let field = SealedField(
            keyID: 0, nonce: Array(box.nonce), ciphertext: Array(box.ciphertext + box.tag),
            commitment: try #require(Commitment(Array(SHA256.hash(data: preimage)))))
        #expect(await refusal { _ = try cipher.open(field, at: Self.place, key: key) }?.code == .damaged)
    }
}

@Suite("Random pool")
struct RandomPoolTests {
    @Test("draws are distinct, also across the blocks and the tasks that make them")
    func distinct() async {
        let pool = RandomPool()
        let draws = await withTaskGroup(of: [[UInt8]].self) { group in
            for _ in 0..<4 { group.addTask { (0..<2_000).map { _ in pool.bytes(16) } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(draws).count == 8_000)
        #expect(draws.allSatisfy { $0.count == 16 })
    }

    @Test("a draw has the length asked for", arguments: [0, 1, 7, 32, 16_383, 16_384])
    func length(count: Int) {
        let pool = RandomPool()
        _ = pool.bytes(3)
        #expect(pool.bytes(count).count == count)
    }

    @Test("all values of a byte come, each about as often")
    func spread() {
        var counts = [Int](repeating: 0, count: 256)
        for byte in RandomPool().bytes(16_384) { counts[Int(byte)] += 1 }
        // 64 expected; the bounds are more than seven standard deviations away.
        #expect(counts.allSatisfy { (5...130).contains($0) })
    }
}
