import EventLog
import Testing

@Suite("Stream names")
struct StreamIDTests {
    @Test("a name of 1 to 600 bytes without control characters is taken")
    func limits() {
        #expect(StreamID("a")?.text == "a")
        #expect(StreamID(String(repeating: "甲", count: 200))?.text.utf8.count == 600)
        for refused in [
            "", String(repeating: "甲", count: 200) + "a", "case/\u{0}", "case/\n", "case/\u{1F}", "case/\u{7F}",
        ] {
            #expect(StreamID(refused) == nil)
        }
    }

    @Test("family and name are what stands before and after the first slash")
    func parts() {
        let stream = StreamID.observations(body: "b/1", year: 2025)
        #expect(stream.text == "observations/b/1/2025")
        #expect(stream.family == "observations")
        #expect(stream.name == "b/1/2025")
        #expect(StreamID.archive.family == "archive")
        #expect(StreamID.archive.name == "")
    }

    @Test("names and identities are told apart and ordered by bytes")
    func bytes() {
        let composed = StreamID.case("caf\u{E9}")
        let decomposed = StreamID.case("cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
        let left = EventIdentity(source: "caf\u{E9}", id: "1")
        let right = EventIdentity(source: "cafe\u{301}", id: "1")
        #expect(left != right)
        #expect(Set([left, right]).count == 2)
        #expect(right < left)
        #expect(EventIdentity(source: "a", id: "2") < EventIdentity(source: "b", id: "1"))
        #expect(EventIdentity(source: "a", id: "1") < EventIdentity(source: "a", id: "2"))
        #expect(!(EventIdentity(source: "a", id: "2") < EventIdentity(source: "a", id: "2")))
    }
}
