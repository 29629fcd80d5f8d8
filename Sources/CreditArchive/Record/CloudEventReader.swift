internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// Reads submitted CloudEvents 1.0 in JSON: strictly, every attribute checked, unknown ones refused.
enum CloudEventReader {
    /// Most bytes of one submitted event.
    static let maximumBytes = 1 << 20

    /// Reads one event. Throws ``JSONFault`` with the pointer of the attribute or member at fault.
    static func read(_ node: JSONNode) throws(JSONFault) -> Submission {
        var fields = try node.fields()
        let specVersion = try fields.required("specversion")
        guard try specVersion.string() == "1.0" else { throw specVersion.fault(.badValue, "\"1.0\"") }
        let id = try text(fields.required("id"))
        let source = try fields.required("source")
        let sourceText = try text(source)
        guard !sourceText.hasPrefix("urn:credit-archive:") else {
            throw source.fault(.badValue, "a source of your own: urn:credit-archive: is the archive's")
        }
        let typeNode = try fields.required("type")
        guard let type = EventType(rawValue: try typeNode.string()) else {
            throw typeNode.fault(.badValue, EventType.allCases.map(\.rawValue).joined(separator: " | "))
        }
        let subject = try fields.required("subject")
        guard let stream = StreamID(try subject.string()), stream.family == type.streamFamily,
            type.streamFamily == "archive" || !stream.name.isEmpty
        else { throw subject.fault(.badValue, "\(type.streamFamily)/<id>") }
        if let contentType = fields.optional("datacontenttype"), try contentType.string() != "application/json" {
            throw contentType.fault(.badValue, "application/json")
        }
        var version = type.currentVersion
        if let schema = fields.optional("dataschema") {
            guard let named = EventCodec.parse(schema: try schema.string()), named.type == type,
                named.form == .submitted
            else { throw schema.fault(.badValue, type.schema(version: type.currentVersion, form: .submitted)) }
            version = named.version
        }
        let time = try fields.optional("time").map(time)
        // Trace attributes are accepted and not recorded (entry.md, Identity).
        _ = fields.optional("traceparent")
        _ = fields.optional("tracestate")
        let data = try fields.required("data")
        let event: CreditEvent
        do {
            event = try EventCodec.standard.decode(type: type, version: version, data: data, form: .submitted)
        } catch {
            throw error.pointer.hasPrefix(data.pointer) ? error : error.prefixed(by: node.pointer)
        }
        try fields.finish()
        return Submission(
            identity: EventIdentity(source: sourceText, id: id), subject: stream, event: event.normalisingDocuments(),
            time: time)
    }

    private static func text(_ node: JSONNode) throws(JSONFault) -> String {
        let text = try node.string()
        guard (1...512).contains(text.utf8.count), PlainText.isName(text, limit: 512) else {
            throw node.fault(.badValue, "1–512 bytes, no control characters")
        }
        return text
    }

    /// An RFC 3339 time: the form is checked, the text is kept as it was sent.
    private static func time(_ node: JSONNode) throws(JSONFault) -> String {
        let text = try node.string()
        let bytes = Array(text.utf8)
        func isDigits(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { (0x30...0x39).contains($0) } }
        var valid = (20...40).contains(bytes.count) && CalendarDay(text.prefix(10)) != nil
        valid = valid && "Tt ".utf8.contains(bytes[10]) && bytes[13] == 0x3A && bytes[16] == 0x3A
        valid = valid && isDigits(11..<13) && isDigits(14..<16) && isDigits(17..<19)
        if valid {
            var rest = bytes[19...]
            if rest.first == UInt8(ascii: ".") {
                rest = rest.dropFirst()
                let fraction = rest.prefix { (0x30...0x39).contains($0) }
                valid = !fraction.isEmpty
                rest = rest.dropFirst(fraction.count)
            }
            let zone = Array(rest)
            valid =
                valid
                && (zone == [UInt8(ascii: "Z")] || zone == [UInt8(ascii: "z")]
                    || zone.count == 6 && (zone[0] == 0x2B || zone[0] == 0x2D) && zone[3] == 0x3A)
        }
        guard valid else { throw node.fault(.badValue, "an RFC 3339 time") }
        return text
    }
}
