public import CanonicalJSON

/// Why an indicator has the score it has: rule, working with the numbers filled in, options chosen, source text.
public struct Explanation: Sendable {
    public struct Option: Sendable, Hashable {
        public var name: String
        public var choice: String
    }

    public var score: IndicatorScore
    /// 二级指标 and 考核内容.
    public var name: String
    public var content: String?
    public var rule: Bilingual?
    /// The working, line by line.
    public var working: [String]
    /// The treatments of ambiguities that the scheme, or its overlay, has chosen for this row, by name.
    public var options: [Option]
    /// Title of the document and the place in it.
    public var document: String
    public var place: String
    /// Readings of the source that belong to this row.
    public var remark: String?
    /// The scheme's id, version and digest, and the overlay that changed it.
    public var scheme: String
    public var version: String
    public var digest: String
    public var overlay: Overlay?

    init(scheme: Scheme, indicator: Indicator, score: IndicatorScore, working: [String]) {
        self.score = score
        name = indicator.name
        content = indicator.content
        rule = indicator.ruleTitle
        self.working = working
        options = indicator.options.choices.sorted { $0.key < $1.key }.map { Option(name: $0.key, choice: $0.value) }
        document = scheme.source.document
        place = indicator.place
        remark = indicator.remark
        self.scheme = scheme.id
        version = scheme.version
        digest = scheme.digest
        overlay = scheme.overlay
    }
}

extension Explanation: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("scheme", scheme)
        writer.member("version", version)
        writer.member("digest", digest)
        writer.member("overlay", overlay)
        writer.member("name", name)
        writer.member("content", content)
        writer.member("ruleZh", rule?.chinese)
        writer.member("ruleEn", rule?.english)
        writer.member("result", score)
        writer.member("working", working)
        writer.key("options")
        writer.beginObject()
        for option in options {
            writer.key(option.name)
            writer.string(option.choice)
        }
        writer.endObject()
        writer.member("document", document)
        writer.member("place", place)
        writer.member("remark", remark)
    }
}
