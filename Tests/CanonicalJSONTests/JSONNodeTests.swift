import ArchiveTesting
import CanonicalJSON
import Testing

@Suite struct JSONNodeTests {
    private let text = #"{"s":"a\"b","i":-12,"t":true,"f":false,"n":null,"a":[1,"2",[]],"o":{"k":{}}}"#

    @Test func `each kind of value says what it is`() throws {
        let kinds = try root(text).members().map { "\($0.key) \($0.value.kind)" }
        #expect(kinds == ["s string", "i integer", "t boolean", "f boolean", "n null", "a array", "o object"])
    }

    @Test func `a value gives its exact bytes`() throws {
        let sources = try root("{ \"a\" : \"x\\u0041\" , \"b\" : [ 1 , 2 ] , \"c\" : -5 , \"d\" : { } }").members()
            .map { String(decoding: $0.value.source, as: UTF8.self) }
        #expect(sources == [#""x\u0041""#, "[ 1 , 2 ]", "-5", "{ }"])
    }

    @Test func `pointers lead from the root through names and numbers`() throws {
        let node = try root(#"{"a":[{"b":0},{"~x/":[10,11]}],"":1}"#)
        let members = try node.members()
        let inner = try members[0].value.elements()[1].members()[0].value
        #expect(node.pointer == "")
        #expect(inner.pointer == "/a/1/~0x~1")
        #expect(try inner.elements()[1].pointer == "/a/1/~0x~1/1")
        #expect(members[1].value.pointer == "/")
    }

    @Test func `a value of another kind is refused at its place`() throws {
        let members = try root(text).members()
        for (index, member) in members.enumerated() {
            let attempts: [(JSONKind, String, (JSONNode) throws(JSONFault) -> Void)] = [
                (.string, "string", { node throws(JSONFault) in _ = try node.string() }),
                (.integer, "integer", { node throws(JSONFault) in _ = try node.integer() }),
                (.boolean, "boolean", { node throws(JSONFault) in _ = try node.boolean() }),
                (.array, "array", { node throws(JSONFault) in _ = try node.elements() }),
                (.object, "object", { node throws(JSONFault) in _ = try node.members() }),
                (.object, "object", { node throws(JSONFault) in _ = try node.fields() }),
            ]
            for (kind, word, attempt) in attempts {
                let found = fault { () throws(JSONFault) in try attempt(members[index].value) }
                #expect(
                    found == (member.value.kind == kind ? nil : JSONFault(.wrongType, at: "/" + member.key, word)))
            }
        }
    }

    @Test func `booleans are told apart`() throws {
        #expect(try root("true").boolean())
        #expect(try !root("false").boolean())
    }

    @Test func `a string is compared by its bytes, escapes resolved`() throws {
        #expect(try root(#""caf\u00e9""#).isString("café"))
        #expect(try root("\"café\"").isString("café"))
        #expect(try !root("\"cafe\u{301}\"").isString("café"))
        #expect(try !root("\"caf\"").isString("café"))
        #expect(try !root("\"cafés\"").isString("café"))
        #expect(try !root("7").isString("7"))
    }

    @Test func `raw bytes are read like arrays of them`() throws {
        let bytes = Array(text.utf8)
        let document = try bytes.withUnsafeBytes { buffer throws(JSONFault) in try JSONDocument(parsing: buffer) }
        #expect(CanonicalForm.bytes(of: document.root) == CanonicalForm.bytes(of: try root(text)))
    }
}
