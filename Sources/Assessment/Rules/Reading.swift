internal import CreditModel

/// One indicator of one body as a rule sees it: its inputs, the chosen options, the cohort's rates; and what the rule
/// leaves behind: which inputs it used, what is to be noted, and, when asked for, its working.
struct Reading {
    let points: Rational?
    let options: ChosenOptions
    let definitions: [InputDefinition]
    let values: [String: InputValue]
    /// The period's year, for deadlines given as month and day.
    let year: Int
    /// Rates of the whole cohort, for rules that rank.
    let cohort: CohortRates?
    /// Inputs without evidence do not count.
    let requiresEvidence: Bool
    private(set) var notices: [Notice] = []
    /// The names of the inputs that were read, in the order of reading.
    private(set) var used: [String] = []
    /// The working, line by line; nil where nobody asked for it.
    private(set) var working: [String]?

    init(
        points: Rational?, options: ChosenOptions, definitions: [InputDefinition], values: [String: InputValue],
        year: Int, cohort: CohortRates?, requiresEvidence: Bool, explains: Bool
    ) {
        self.points = points
        self.options = options
        self.definitions = definitions
        self.values = values
        self.year = year
        self.cohort = cohort
        self.requiresEvidence = requiresEvidence
        working = explains ? [] : nil
    }

    private func definition(_ name: String) -> InputDefinition {
        guard let definition = definitions.first(where: { $0.name == name }) else {
            preconditionFailure("loading makes sure that input \(name) is defined")
        }
        return definition
    }

    /// Whether a usable value is there.
    func has(_ name: String) -> Bool {
        guard let value = values[name] else { return false }
        return value.hasEvidence || !requiresEvidence || definition(name).records != nil
    }

    /// The value's text in canonical form.
    mutating func text(_ name: String) throws(Shortfall) -> String {
        if !used.contains(name) { used.append(name) }
        guard let value = values[name] else { throw .missing(name) }
        let definition = definition(name)
        if !value.hasEvidence, definition.records == nil {
            guard !requiresEvidence else { throw .unusable(Notice(.withoutEvidence, name)) }
            note(.withoutEvidence, name)
        }
        if !value.superseded.isEmpty { note(.reportedAgain, name) }
        guard definition.form.accepts(value.text) else { throw .unusable(Notice(.malformed, name)) }
        return value.text
    }

    /// A count, an amount or a rate; above its maximum it counts as the maximum, and that is noted.
    mutating func number(_ name: String) throws(Shortfall) -> Rational {
        guard let value = Rational(decimal: try text(name)) else { throw .unusable(Notice(.malformed, name)) }
        guard let maximum = definition(name).maximum, value > maximum else { return value }
        note(.aboveMaximum, name)
        return maximum
    }

    mutating func isYes(_ name: String) throws(Shortfall) -> Bool { try text(name) == "是" }

    mutating func day(_ name: String) throws(Shortfall) -> CalendarDay {
        guard let day = CalendarDay(try text(name)) else { throw .unusable(Notice(.malformed, name)) }
        return day
    }

    /// A score set by hand, 0…`maximum`; one above it is not a score at all and is refused.
    mutating func manualScore(
        _ name: String = Indicator.manualScore, upTo maximum: Rational? = nil
    ) throws(Shortfall)
        -> Rational
    {
        guard let value = Rational(decimal: try text(name)) else { throw .unusable(Notice(.malformed, name)) }
        guard let limit = maximum ?? points, value <= limit else { throw .unusable(Notice(.aboveMaximum, name)) }
        work { _ in "人工评分 \(value)，满分 \(limit)" }
        return value
    }

    mutating func note(_ kind: Notice.Kind, _ input: String?) {
        let notice = Notice(kind, input)
        if !notices.contains(notice) { notices.append(notice) }
    }

    /// Adds a line to the working, if one is asked for; the line is not even made otherwise.
    mutating func work(_ line: (Reading) -> String) {
        guard working != nil else { return }
        let text = line(self)
        working?.append(text)
    }

    /// An input as it was reported, for formulas.
    func shown(_ name: String) -> String { values[name]?.text ?? "—" }

    /// Arithmetic of a rule: whatever it throws is that the numbers leave the range.
    func exactly(_ compute: () throws -> Rational) throws(Shortfall) -> Rational {
        do { return try compute() } catch { throw .overflow }
    }
}
