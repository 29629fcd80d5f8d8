/// Entries as a writer makes them, with members to be replaced.
enum EntryFixture {
    /// The canonical bytes of an envelope; a member replaced by nil is left out, values are JSON as written.
    static func entry(
        _ number: Int, stream: Int = 0, sequence: Int, replacing: [String: String?] = [:]
    ) -> [UInt8] {
        var members: [String: String?] = [
            "data": "{\"amount\":\"12.5\",\"text\":\"失信事实 \(number)\"}",
            "datacontenttype": "\"application/json\"",
            "dataschema": "\"urn:credit-archive:schema:incident.reported:1\"",
            "id": "\"id-\(number)\"", "nonce": "\"AAAAAAAAAAAAAAAAAAAAAA\"", "recordedby": "\"key/1\"",
            "recordedtime": "\"\(time(number))\"", "sequence": "\"\(padded(sequence, 10))\"",
            "source": "\"urn:example\"", "specversion": "\"1.0\"", "subject": "\"case/\(stream)\"",
            "type": "\"incident.reported\"",
        ]
        for (key, value) in replacing { members[key] = .some(value) }
        let text = members.sorted { $0.key < $1.key }
            .compactMap { key, value in value.map { "\"\(key)\":\($0)" } }
            .joined(separator: ",")
        return [UInt8]("{\(text)}".utf8)
    }

    /// Entries of seven streams in turn.
    static func entries(_ count: Int) -> [[UInt8]] {
        (0..<count).map { entry($0, stream: $0 % 7, sequence: $0 / 7) }
    }

    /// A moment for each number, a millisecond after the one before.
    static func time(_ number: Int) -> String {
        let (seconds, milliseconds) = (number / 1000, number % 1000)
        let clock = "\(padded(seconds / 3600 % 24, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "2025-03-0\(1 + seconds / 86_400)T\(clock).\(padded(milliseconds, 3))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
