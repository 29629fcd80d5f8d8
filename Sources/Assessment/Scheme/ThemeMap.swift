public import CreditModel

/// Which indicators of several schemes are about one idea (register Q26): the only bridge between scores of different
/// schemes, and only as a share of the theme's maximum.
public struct ThemeMap: Sendable {
    /// What one scheme has for a theme, or has that no theme takes.
    public struct Selection: Sendable, Hashable {
        /// The scheme's id.
        public var scheme: String
        /// 一级指标 taken whole, by their names in the source.
        public var groups: [String]
        /// Single indicators, with their names in the source.
        public var indicators: [Named]
        public var reason: String

        public struct Named: Sendable, Hashable {
            public var id: String
            public var name: String
        }

        func takes(_ indicator: Indicator) -> Bool {
            indicator.role == .base
                && (indicator.group.map(groups.contains) ?? false || indicators.contains { $0.id == indicator.id })
        }
    }

    public struct Theme: Sendable, Hashable {
        public var name: Bilingual
        public var selections: [Selection]
    }

    public var id: String
    public var version: String
    public var dated: CalendarDay
    /// In the order of the document.
    public var themes: [Theme]
    /// What corresponds to nothing elsewhere, with the reason.
    public var unmapped: [Selection]
    /// SHA-256 of the document.
    public var digest: String
}

extension ThemeMap {
    /// Reads the map and holds it against the schemes as published.
    ///
    /// Throws ``SchemeFault`` with the line of the first defect: unknown schemes, groups and indicators, names that are
    /// not the source's, an indicator in two themes, one that is neither in a theme nor given a reason.
    public init(_ document: SchemeText, schemes: [Scheme]) throws(SchemeFault) {
        let root = try YAMLReader.read(document)
        var fields = try root.fields()
        id = try fields.text("themes")
        version = try fields.text("version")
        dated = try CalendarDay(reading: fields.required("dated"))
        let register = try fields.required("register")
        guard try register.text() == "Q26" else { throw register.badValue("Q26", "Q26") }
        digest = document.digest
        var taken: Set<String> = []
        themes = []
        for member in try fields.required("map").members() {
            var theme = try member.value.fields()
            let name = Bilingual(member.key, try theme.text("en"))
            let selections = try Selection.list(theme.required("schemes"), schemes, &taken)
            try theme.finish()
            themes.append(Theme(name: name, selections: selections))
        }
        let gaps = try fields.required("unmapped")
        unmapped = try Selection.list(gaps, schemes, &taken)
        try fields.finish()
        for scheme in schemes {
            for name in scheme.themeUnits where !taken.contains("\(scheme.id) \(name)") {
                throw gaps.fault(
                    .missingKey, chinese: "方案 \(scheme.id) 的“\(name)”既没有主题，也没有写明为什么没有",
                    english: "'\(name)' of \(scheme.id) is in no theme and nothing says why")
            }
        }
    }
}

extension ThemeMap.Selection {
    fileprivate static func list(
        _ node: DocumentNode, _ schemes: [Scheme], _ taken: inout Set<String>
    ) throws(SchemeFault) -> [ThemeMap.Selection] {
        var list: [ThemeMap.Selection] = []
        for member in try node.members() {
            guard let scheme = schemes.first(where: { $0.id == member.key }) else {
                throw member.value.fault(
                    .unknownReference, chinese: "没有方案“\(member.key)”", english: "there is no scheme '\(member.key)'")
            }
            let selection = try Self(member.value, scheme)
            for unit in selection.units(of: scheme) where !taken.insert("\(scheme.id) \(unit)").inserted {
                throw member.value.fault(
                    .duplicateKey, chinese: "“\(unit)”出现在两处", english: "'\(unit)' stands in two places")
            }
            list.append(selection)
        }
        return list
    }

    private init(_ node: DocumentNode, _ scheme: Scheme) throws(SchemeFault) {
        var fields = try node.fields()
        self.scheme = scheme.id
        groups = try fields.optional("groups")?.texts() ?? []
        indicators = []
        for member in try fields.optional("indicators")?.members() ?? [] {
            indicators.append(Named(id: member.key, name: try member.value.text()))
        }
        reason = try fields.text("reason")
        try fields.finish()
        guard !groups.isEmpty || !indicators.isEmpty else {
            throw node.fault(
                .missingKey, chinese: "groups 与 indicators 至少要有一个", english: "groups or indicators is missing")
        }
        if let stranger = groups.first(where: { name in !scheme.groups.contains { $0.name == name } }) {
            throw node.fault(
                .unknownReference, chinese: "方案没有一级指标“\(stranger)”", english: "the scheme has no group '\(stranger)'")
        }
        for named in indicators {
            guard let indicator = scheme[indicator: named.id], indicator.role == .base else {
                throw node.fault(
                    .unknownReference, chinese: "方案没有计入基本分的指标“\(named.id)”",
                    english: "the scheme has no base indicator '\(named.id)'")
            }
            guard indicator.name == named.name else {
                throw node.fault(
                    .badValue, chinese: "\(named.id) 在方案中名为“\(indicator.name)”，不是“\(named.name)”",
                    english: "\(named.id) is named '\(indicator.name)' in the scheme, not '\(named.name)'")
            }
        }
    }

    /// What it takes of the scheme as published.
    private func units(of scheme: Scheme) -> [String] {
        scheme.incomplete == nil
            ? scheme.indicators.filter(takes).map(\.id) : groups + indicators.map(\.id)
    }
}

extension Scheme {
    /// What a map has to place: every indicator of the base; of a scheme whose indicators are not in the source, its groups.
    fileprivate var themeUnits: [String] {
        incomplete == nil ? indicators.filter { $0.role == .base }.map(\.id) : groups.map(\.name)
    }
}
