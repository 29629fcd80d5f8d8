public import EventLog

/// Cheap events for tests of the log, which does not know what they mean.
public enum SampleEvent {
    public static let source = "urn:credit-archive:test"

    /// A draft with an identity, a stream and data of its own.
    ///
    /// - Parameter data: canonical JSON.
    public static func draft(
        _ id: String, on stream: StreamID = .case("1"), source: String = SampleEvent.source, data: String = "{}"
    ) -> EventDraft {
        EventDraft(
            identity: EventIdentity(source: source, id: id), type: "incident.determined", subject: stream,
            dataSchema: "urn:credit-archive:schema:incident.determined:1", recordedBy: "key/test",
            data: Array(data.utf8))
    }

    /// Drafts `from..<to` with the ids `e<number>` on as many streams as asked for, in turn.
    public static func drafts(_ numbers: Range<Int>, streams: Int = 1) -> [EventDraft] {
        numbers.map { draft("e\($0)", on: .case("\($0 % streams)")) }
    }
}
