import ArchiveTesting
import CanonicalJSON
import Testing

@Suite struct JSONFieldsTests {
    /// A record with a required, an optional and a nested member, read as every type of this project reads itself.
    private struct Sample: JSONDecodable, Equatable {
        var name: String
        var size: Int64?
        var parts: [Sample]

        init(json: JSONNode) throws(JSONFault) {
            var fields = try json.fields()
            name = try fields.required("name")
            size = try fields.optional("size")
            parts = try fields.optional("parts") ?? []
            try fields.finish()
        }
    }

    private func sampleFault(_ text: String) -> JSONFault? {
        fault { () throws(JSONFault) in _ = try Sample(json: root(text)) }
    }

    @Test func `members are read by name in any order`() throws {
        let read = try Sample(json: root(#"{"parts":[{"name":"b"},{"size":-3,"name":"c"}],"name":"a"}"#))
        #expect(read.name == "a")
        #expect(read.size == nil)
        #expect(read.parts.map(\.name) == ["b", "c"])
        #expect(read.parts.map(\.size) == [nil, -3])
    }

    @Test func `an escaped key is the key that it stands for`() throws {
        #expect(try Sample(json: root(#"{"n\u0061me":"a"}"#)).name == "a")
        #expect(sampleFault(#"{"name":"a","n\u0061mes":1}"#) == JSONFault(.unknownMember, at: "/names"))
        #expect(sampleFault("{\"na\\u006de\":\"a\",\"x\":1}")?.pointer == "/x")
    }

    @Test(arguments: [
        ("{}", JSONFault.Code.missingMember, "/name"),
        (#"{"names":"a"}"#, .missingMember, "/name"),
        (#"{"Name":"a"}"#, .missingMember, "/name"),
        (#"{"name":null}"#, .wrongType, "/name"),
        (#"{"name":1}"#, .wrongType, "/name"),
        (#"{"name":"a","size":"1"}"#, .wrongType, "/size"),
        (#"{"name":"a","size":null}"#, .wrongType, "/size"),
        (#"{"name":"a","size":true}"#, .wrongType, "/size"),
        (#"{"name":"a","parts":{}}"#, .wrongType, "/parts"),
        (#"{"name":"a","parts":[{"name":"b"},7]}"#, .wrongType, "/parts/1"),
        (#"{"name":"a","parts":[{"name":"b"},{"size":1}]}"#, .missingMember, "/parts/1/name"),
        (
            #"{"name":"a","parts":[{"name":"b","parts":[{"name":"c","~/x":0}]}]}"#, .unknownMember,
            "/parts/0/parts/0/~0~1x"
        ),
        (#"{"name":"a","":0}"#, .unknownMember, "/"),
        (#"{"z":1,"name":"a","y":2}"#, .unknownMember, "/z"),
        (#"["name"]"#, .wrongType, ""),
        (#""name""#, .wrongType, ""),
    ])
    func `what is missing, unknown or of another type is named with its pointer`(
        text: String, code: JSONFault.Code, pointer: String
    ) {
        let found = sampleFault(text)
        #expect(found?.code == code)
        #expect(found?.pointer == pointer)
    }

    @Test func `a missing member's pointer is escaped as RFC 6901 says`() throws {
        var fields = try root(#"{"x":{}}"#).fields()
        var inner = try fields.required("x").fields()
        #expect(fault { () throws(JSONFault) in _ = try inner.required("a/b~c") }?.pointer == "/x/a~1b~0c")
    }

    @Test func `the sixty-fifth member is unknown whoever asks for it`() throws {
        let members = (0..<65).map { "\"k\($0)\":\($0)" }
        var fields = try root("{" + members.prefix(64).joined(separator: ",") + "}").fields()
        #expect(fault { () throws(JSONFault) in try fields.finish() }?.pointer == "/k0")
        fields = try root("{\"a\":1," + members.prefix(63).joined(separator: ",") + ",\"z\":2}").fields()
        #expect(try fields.required("a").integer() == 1)
        #expect(try fields.required("z").integer() == 2)
        #expect(fault { () throws(JSONFault) in try fields.finish() }?.pointer == "/k0")
        let names: [StaticString] = ["k63", "k64"]
        fields = try root("{" + members.joined(separator: ",") + "}").fields()
        #expect(try fields.required(names[1]).integer() == 64)
        #expect(throws: JSONFault.self) { try fields.finish() }
    }

    @Test func `an object whose every member was asked for is finished`() throws {
        var fields = try root(#"{"a":1,"b":{"c":2}}"#).fields()
        #expect(fields.optional("x") == nil)
        #expect(try fields.required("b").fields().object.pointer == "/b")
        #expect(throws: JSONFault.self) { try fields.finish() }
        _ = fields.optional("a")
        try fields.finish()
    }
}
