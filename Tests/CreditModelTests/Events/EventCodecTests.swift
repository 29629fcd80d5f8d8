import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct EventCodecTests {
    /// Version 0 of `body.renamed` called the name `newName`; nothing but that has changed.
    private static let renamedFromVersion0: EventCodec.Upcaster = { data throws(JSONFault) in
        var fields = try data.fields()
        let day = try fields.required("effectiveOn")
        let name = try fields.required("newName")
        try fields.finish()
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("effectiveOn")
        writer.raw(day.source)
        writer.key("name")
        writer.raw(name.source)
        writer.endObject()
        return writer.bytes
    }

    private let codec = EventCodec(upcasters: [.bodyRenamed: [0: renamedFromVersion0]])

    private func decode(_ text: String, version: Int, by codec: EventCodec) throws(JSONFault) -> CreditEvent {
        try codec.decode(type: .bodyRenamed, version: version, data: root(text), form: .stored)
    }

    private let old = #"{"effectiveOn":"2024-03-01","newName":"桃源街道办事处"}"#
    private let new = #"{"effectiveOn":"2024-03-01","name":"桃源街道办事处"}"#

    @Test func `an event of an older version is read as the current type`() throws {
        let event = try decode(old, version: 0, by: codec)
        #expect(event == .bodyChanged(BodyChanged(.renamed("桃源街道办事处"), effectiveOn: day("2024-03-01"))))
        #expect(json(event) == new)
    }

    @Test func `an event of the current version passes no upcaster`() throws {
        #expect(try decode(new, version: 1, by: codec) == decode(old, version: 0, by: codec))
        #expect(fault { () throws(JSONFault) in _ = try decode(old, version: 1, by: codec) }?.pointer == "/name")
        #expect(fault { () throws(JSONFault) in _ = try decode(new, version: 0, by: codec) }?.pointer == "/newName")
    }

    @Test func `versions are brought forward one by one`() throws {
        // Version −1 had the day in `from`: two steps lead to the present.
        let first: EventCodec.Upcaster = { data throws(JSONFault) in
            var fields = try data.fields()
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("effectiveOn")
            writer.raw(try fields.required("from").source)
            writer.key("newName")
            writer.raw(try fields.required("newName").source)
            writer.endObject()
            return writer.bytes
        }
        let codec = EventCodec(upcasters: [.bodyRenamed: [-1: first, 0: Self.renamedFromVersion0]])
        let oldest = #"{"from":"2024-03-01","newName":"桃源街道办事处"}"#
        #expect(json(try decode(oldest, version: -1, by: codec)) == new)
    }

    @Test(arguments: [
        (0, EventCodec.standard), (2, .standard), (2, EventCodec(upcasters: [.bodyMoved: [2: { _ in [] }]])),
    ])
    func `a version that nobody knows is refused`(version: Int, codec: EventCodec) {
        let found = fault { () throws(JSONFault) in _ = try decode(new, version: version, by: codec) }
        #expect(found?.pointer == "/dataschema")
        #expect(found?.detail.contains("version \(version) of body.renamed") == true)
    }

    @Test func `what an upcaster makes is read as strictly as anything`() {
        for made in [#"{"effectiveOn":"2024-03-01","name":"a","newName":"a"}"#, #"{"name":"a","name":"a"}"#, "{"] {
            let codec = EventCodec(upcasters: [.bodyRenamed: [0: { _ in Array(made.utf8) }]])
            #expect(throws: JSONFault.self) { try decode(old, version: 0, by: codec) }
        }
    }

    @Test(arguments: EventType.allCases)
    func `a schema's name tells type, version and form`(type: EventType) throws {
        for form in [EventForm.stored, .submitted] {
            let parsed = try #require(EventCodec.parse(schema: type.schema(version: 12, form: form)))
            #expect(parsed == (type, 12, form))
        }
        #expect(type.schema(version: 1, form: .stored) == "urn:credit-archive:schema:\(type.rawValue):1")
    }

    @Test(arguments: [
        "", "urn:credit-archive:schema:body.renamed", "urn:credit-archive:schema:body.renamed:",
        "urn:credit-archive:schema:body.renamed:01", "urn:credit-archive:schema:body.renamed:+1",
        "urn:credit-archive:schema:body.renamed:-1", "urn:credit-archive:schema:body.renamed:1:",
        "urn:credit-archive:schema:body.renamed:1:stored", "urn:credit-archive:schema:body.renamed:1:submitted:x",
        "urn:credit-archive:schema:body.unknown:1", "urn:credit-archive:schemas:body.renamed:1",
        "urn:other:schema:body.renamed:1", "URN:credit-archive:schema:body.renamed:1",
        " urn:credit-archive:schema:body.renamed:1", "urn:credit-archive:schema:body.renamed:99999999999999999999",
    ])
    func `a name of another shape is not a schema of the archive`(urn: String) {
        #expect(EventCodec.parse(schema: urn) == nil)
    }
}
