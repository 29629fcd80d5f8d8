import ArchiveTesting
import CanonicalJSON
import Testing

/// Two readers that keep different ones of two values would see two facts in one entry.
@Suite struct DuplicateKeyTests {
    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "/a", 8),
        (#"{"a":1,"\u0061":2}"#, "/a", 8),
        (#"{"\u0061":1,"a":2}"#, "/a", 13),
        (#"{"\u0061":1,"\u0061":1}"#, "/a", 13),
        (#"{"":1,"":2}"#, "/", 7),
        (#"{"a":1,"b":2,"a":3}"#, "/a", 14),
        (#"{"b":1,"a":2,"c":3,"b":4}"#, "/b", 20),
        (#"{"é":1,"\u00e9":2}"#, "/é", 9),
        (#"{"😀":1,"\ud83d\ude00":2}"#, "/😀", 11),
        (#"{"a/b":1,"a\/b":2}"#, "/a~1b", 10),
        (#"{"~":1,"~":2}"#, "/~0", 8),
        (#"{"x":[0,{"y":{"a":1,"a":2}}]}"#, "/x/1/y/a", 21),
        (#"{"p":{},"q/r":[{"b":0},{"a":[1],"a":2}],"s":3}"#, "/q~1r/1/a", 33),
        (#"[[{"a":1,"a":2}]]"#, "/0/0/a", 10),
    ])
    func `a repeated key is refused at its place, however it is written`(text: String, pointer: String, offset: Int) {
        let fault = faultReading(text)
        #expect(fault?.code == .duplicateKey)
        #expect(fault?.pointer == pointer)
        #expect(fault?.detail == "byte \(offset)")
    }

    @Test(arguments: [
        #"{"a":1,"A":2}"#, #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":1}]"#, #"{"b":1,"a":2}"#, #"{"a":1,"aa":2,"":3}"#,
        // The same text to a reader, other code points: JSON compares code points (RFC 8259 §8.3).
        "{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{212A}\":1,\"K\":2}",
    ])
    func `keys that differ in one code point are different keys`(text: String) {
        #expect(faultReading(text) == nil)
    }

    @Test func `among many keys in any order the one that repeats is found`() {
        var generator = SeededGenerator(announcedAs: "duplicate keys")
        for _ in 0..<200 {
            var keys = Set((0..<40).map { _ in "k\(generator.below(10_000))" }).shuffled(using: &generator)
            let object = { (keys: [String]) in "{" + keys.map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
            #expect(faultReading(object(keys)) == nil, "seed \(generator.seed)")
            let repeated = keys[generator.below(keys.count)]
            keys.insert(repeated, at: generator.below(keys.count + 1))
            #expect(faultReading(object(keys))?.pointer == "/\(repeated)", "seed \(generator.seed)")
        }
    }
}
