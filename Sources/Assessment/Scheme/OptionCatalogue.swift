/// The named options by which schemes treat the ambiguities of their sources (register Q01–Q27), with every choice that
/// an overlay may take instead.
public struct OptionCatalogue: Sendable {
    public struct Choice: Sendable, Hashable {
        public var name: String
        public var title: Bilingual
    }

    public struct Definition: Sendable, Hashable {
        public var name: String
        /// Register numbers such as `Q05`; empty where only the indicator's own row raises the question.
        public var register: [String]
        /// The question that the source leaves open.
        public var question: Bilingual
        /// The first is the register's default.
        public var choices: [Choice]
    }

    public let definitions: [String: Definition]

    /// Reads `options.yaml`. Throws ``SchemeFault``.
    public init(_ document: SchemeText) throws(SchemeFault) {
        var definitions: [String: Definition] = [:]
        for member in try YAMLReader.read(document).members() {
            definitions[member.key] = try Definition(name: member.key, member.value)
        }
        self.definitions = definitions
    }

    public subscript(name: String) -> Definition? { definitions[name] }
}

extension OptionCatalogue.Definition {
    init(name: String, _ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        self.name = name
        register = try fields.required("register").texts()
        question = try Bilingual(fields.required("question"))
        choices = []
        for member in try fields.required("choices").members() {
            choices.append(.init(name: member.key, title: try Bilingual(member.value)))
        }
        guard !choices.isEmpty else { throw node.badValue("至少一种处理方式", "at least one choice") }
        try fields.finish()
    }
}

/// The options that a scheme, or one indicator of it, has chosen.
public struct ChosenOptions: Sendable, Hashable {
    /// By name of the option.
    public let choices: [String: String]

    static let none = ChosenOptions(choices: [:])

    private init(choices: [String: String]) { self.choices = choices }

    /// Reads `options: {name: choice}`; each must be in the catalogue. Throws ``SchemeFault``.
    init(_ node: DocumentNode?, _ catalogue: OptionCatalogue) throws(SchemeFault) {
        var choices: [String: String] = [:]
        for member in try node?.members() ?? [] {
            guard let definition = catalogue[member.key] else {
                let known = catalogue.definitions.keys.sorted().joined(separator: " ")
                throw member.value.fault(
                    .unknownKey, chinese: "没有这一选项；可用：\(known)", english: "there is no such option; known: \(known)")
            }
            let choice = try member.value.text()
            guard definition.choices.contains(where: { $0.name == choice }) else {
                let known = definition.choices.map(\.name).joined(separator: " | ")
                throw member.value.badValue(known, known)
            }
            choices[member.key] = choice
        }
        self.choices = choices
    }

    func states(_ option: any OptionChoice.Type) -> Bool { choices[option.option] != nil }

    /// The choice of an option that loading has made sure of.
    subscript<Choice: OptionChoice>(_ type: Choice.Type) -> Choice {
        guard let text = choices[Choice.option], let choice = Choice(rawValue: text) else {
            preconditionFailure("loading makes sure that option \(Choice.option) is stated")
        }
        return choice
    }
}

extension OptionCatalogue {
    /// The choices of every option that the engine acts on, by option: the catalogue must have these and no others.
    public static var engineChoices: [(option: String, choices: [String])] {
        func names<Choice: OptionChoice>(_ type: Choice.Type) -> [String] { type.allCases.map(\.rawValue) }
        return EngineOptions.all.map { type in (type.option, names(type)) }
    }
}
