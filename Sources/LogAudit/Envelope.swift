/// The members of an entry's envelope, as ranges of its bytes; valid as long as the entry.
struct Envelope {
    typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// The keys that an envelope may have, in canonical order.
    static let keys: [StaticString] = [
        "approvedby", "data", "datacontenttype", "dataschema", "id", "importid", "importrow", "nonce", "proposedby",
        "recordedby", "recordedtime", "sequence", "source", "specversion", "subject", "time", "type",
    ]
    /// The keys that every envelope has.
    static let required: [StaticString] = [
        "data", "datacontenttype", "dataschema", "id", "nonce", "recordedby", "recordedtime", "sequence", "source",
        "specversion", "subject", "type",
    ]
    private static let requiredMask = required.reduce(UInt32(0)) { mask, key in
        mask | 1 << UInt32(keys.firstIndex { $0.description == key.description } ?? 31)
    }

    /// Where the keys that are looked at stand in ``keys``.
    private enum Index {
        static let (id, recordedTime, sequence, source, specificationVersion, subject) = (4, 10, 11, 12, 13, 14)
    }

    private(set) var unknownKey: Bytes?
    private var seen: UInt32 = 0
    private var nextKey = 0

    // Each with its quotes, as it stands in the entry: canonical strings are equal exactly if their bytes are.
    private(set) var id: Bytes?
    private(set) var source: Bytes?
    private(set) var subject: Bytes?
    /// Whether `specversion` is `1.0`.
    private(set) var isVersionOne = false
    private var sequenceText: Bytes?
    private var recordedTimeText: Bytes?

    /// Takes a member; they come in canonical order.
    mutating func note(key: Bytes, value: Bytes) {
        var index = nextKey
        while index < Envelope.keys.count, !Envelope.isSame(key, Envelope.keys[index]) { index += 1 }
        guard index < Envelope.keys.count else {
            if unknownKey == nil { unknownKey = key }
            return
        }
        nextKey = index + 1
        seen |= 1 << UInt32(index)
        guard value.first == UInt8(ascii: "\"") else { return }
        switch index {
        case Index.id: id = value
        case Index.recordedTime: recordedTimeText = value
        case Index.sequence: sequenceText = value
        case Index.source: source = value
        case Index.specificationVersion: isVersionOne = Envelope.isSame(value, "\"1.0\"")
        case Index.subject: subject = value
        default: break
        }
    }

    /// The first required key that is not there.
    var missingKey: String? {
        let missing = Envelope.requiredMask & ~seen
        return missing == 0 ? nil : Envelope.keys[missing.trailingZeroBitCount].description
    }

    /// The number in the stream, from ten digits.
    var sequence: UInt64? {
        guard let text = sequenceText, text.count == 12 else { return nil }
        return Envelope.number(text.dropFirst().dropLast())
    }

    /// The time of recording as its 17 digits, so that it can be compared; from `YYYY-MM-DDThh:mm:ss.sssZ` alone.
    var recordedTime: UInt64? {
        guard let text = recordedTimeText, text.count == 26 else { return nil }
        var digits: UInt64 = 0
        for (byte, form) in zip(text.dropFirst(), UnsafeBufferPointer(start: Envelope.timeForm.utf8Start, count: 24)) {
            guard form == UInt8(ascii: "0") else {
                if byte != form { return nil }
                continue
            }
            guard case let digit = byte &- UInt8(ascii: "0"), digit <= 9 else { return nil }
            digits = digits * 10 + UInt64(digit)
        }
        // Month, day, hour, minute and second; a day that its month does not have is left to the domain.
        guard (1...12).contains(digits / 100_000_000_000 % 100), (1...31).contains(digits / 1_000_000_000 % 100),
            digits / 10_000_000 % 100 <= 23, digits / 100_000 % 100 <= 59, digits / 1000 % 100 <= 60
        else { return nil }
        return digits
    }

    private static let timeForm: StaticString = "0000-00-00T00:00:00.000Z"

    private static func number(_ text: Bytes) -> UInt64? {
        var number: UInt64 = 0
        for byte in text {
            guard case let digit = byte &- UInt8(ascii: "0"), digit <= 9 else { return nil }
            number = number * 10 + UInt64(digit)
        }
        return number
    }

    private static func isSame(_ bytes: Bytes, _ text: StaticString) -> Bool {
        bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
