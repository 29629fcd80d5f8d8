import CanonicalJSON
import Testing

@Suite struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(reserving: 0)
        body(&writer)
        return writer.text
    }

    @Test func `commas stand between values and nowhere else`() {
        let text = written { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginArray()
            writer.integer(1)
            writer.beginArray()
            writer.endArray()
            writer.beginObject()
            writer.endObject()
            writer.null()
            writer.endArray()
            writer.key("b" as String)
            writer.boolean(true)
            writer.key("c")
            writer.raw(Array(#"{"x":0}"#.utf8))
            writer.member("d", "e")
            writer.endObject()
        }
        #expect(text == #"{"a":[1,[],{},null],"b":true,"c":{"x":0},"d":"e"}"#)
    }

    @Test func `an absent value leaves no member behind`() {
        let text = written { writer in
            writer.beginObject()
            writer.member("a", nil as String?)
            writer.member("b", 2 as Int64?)
            writer.member("c", nil as Int64?)
            writer.endObject()
        }
        #expect(text == #"{"b":2}"#)
    }

    @Test func `a key from a program's user is escaped like any string`() {
        #expect(
            written {
                $0.beginObject()
                $0.key("a\"\n\\" as String)
                $0.integer(0)
                $0.endObject()
            } == #"{"a\"\n\\":0}"#)
    }

    @Test func `strings are escaped no more than RFC 8785 asks`() {
        #expect(
            written { $0.string("\"\\/\u{8}\t\n\u{C}\r\u{1}\u{1F}\u{7F}é中😀") }
                == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\u{7F}é中😀\"")
    }

    @Test func `integers of every width are written up to the border`() {
        #expect(written { $0.integer(9_007_199_254_740_991) } == "9007199254740991")
        #expect(written { $0.integer(-9_007_199_254_740_991) } == "-9007199254740991")
        #expect(written { $0.value([UInt32.max, 0]) } == "[4294967295,0]")
        #expect(written { $0.value(UInt64(7)) } == "7")
        #expect(written { $0.value(Int(-7)) } == "-7")
        #expect(written { $0.value([true, false]) } == "[true,false]")
    }

    @Test func `a writer that was emptied writes as a new one`() {
        let text = written { writer in
            writer.string("before")
            writer.removeAll()
            writer.string("after")
        }
        #expect(text == "\"after\"")
    }
}
