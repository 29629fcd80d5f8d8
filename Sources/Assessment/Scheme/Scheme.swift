public import CreditModel

/// A versioned, dated evaluation standard as data: its rows, its rules, its readings of the source (contract §5).
public struct Scheme: Sendable {
    /// Where the scheme comes from.
    public struct Source: Sendable, Hashable {
        /// The short id of the requirements, S0…S4.
        public var code: String
        /// The document's title, with its number where it has one.
        public var document: String
        public var place: String
        /// The part of the document that it is made of.
        public var part: String
    }

    /// A grade of the total (等次), lower bound inclusive, the next grade's exclusive.
    public struct Grade: Sendable, Hashable {
        public var name: String
        public var from: Rational
    }

    public var id: String
    public var version: String
    /// The day of this version of the data, not of the document.
    public var dated: CalendarDay
    public var title: String
    public var source: Source
    public var period: Period
    public var cohort: CohortDefinition
    /// Full marks; nil for schemes that grade without points.
    public var points: Rational?
    /// Best first; empty where the source has none.
    public var grades: [Grade]
    public var options: ChosenOptions
    /// 一级指标 in the order of the source, with their points.
    public var groups: [(name: String, points: Rational?)]
    public var indicators: [Indicator]
    /// Names under which the sources know the same thing (Q11).
    public var aliases: [String: [String]]
    /// What the source leaves out, so that nothing can be computed (Q25); nil for a scheme that computes.
    public var incomplete: Bilingual?
    /// How rounds go, as published; options may change it (``process(borrowingFrom:)``).
    var publishedProcess: RoundProcess?
    /// SHA-256 of the document.
    public var digest: String
    /// The overlay that changed it; nil for the scheme as published.
    public var overlay: Overlay?

    public subscript(indicator id: String) -> Indicator? { indicators.first { $0.id == id } }

    /// The forms of all inputs that observations may carry, by indicator; what is counted from the archive is left out.
    public var observedInputs: [String: [String: InputForm]] {
        var forms: [String: [String: InputForm]] = [:]
        for indicator in indicators {
            for input in indicator.inputs where input.records == nil {
                forms[indicator.id, default: [:]][input.name] = input.form
            }
        }
        return forms
    }

    /// Refuses a scheme whose source gives no weights. Throws `scheme-not-computable`.
    public func requireComputable() throws(SchemeFault) {
        guard let incomplete else { return }
        throw SchemeFault(
            .notComputable, document: id, line: 0, field: "", chinese: incomplete.chinese, english: incomplete.english)
    }

    /// Refuses a year that the scheme is not for. Throws `scheme-other-year`.
    public func requireYear(_ year: Int) throws(SchemeFault) {
        guard let only = period.year, only != year else { return }
        throw SchemeFault(
            .otherYear, document: id, line: 0, field: "period.year", chinese: "本方案只适用于 \(only) 年，不能用于 \(year) 年",
            english: "the scheme is for \(only) only, not for \(year)")
    }
}
