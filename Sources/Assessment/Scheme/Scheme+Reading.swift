internal import CreditModel

extension Scheme {
    /// Reads a scheme, changed by an overlay if one is given; everything is checked after the change.
    ///
    /// Throws ``SchemeFault`` with document, line and field of the first defect: unknown, repeated or missing keys, wrong
    /// types, sums that do not come out, rules and options that do not fit each other.
    public init(
        _ document: SchemeText, overlay: SchemeText? = nil, options catalogue: OptionCatalogue
    ) throws(SchemeFault) {
        var root = try YAMLReader.read(document)
        self.overlay = nil
        if let overlay { (self.overlay, root) = try Overlay.lay(overlay, over: root) }
        var fields = try root.fields()
        id = try fields.text("scheme")
        version = try fields.text("version")
        dated = try CalendarDay(reading: fields.required("dated"))
        title = try fields.text("title")
        source = try Source(fields.required("source"))
        period = try Period(fields.required("period"))
        cohort = try CohortDefinition(fields.required("cohort"))
        points = try fields.optional("points")?.positiveDecimal()
        grades = []
        for element in try fields.optional("grades")?.elements() ?? [] { grades.append(try Grade(element)) }
        options = try ChosenOptions(fields.optional("options"), catalogue)
        groups = []
        let groupNode = fields.optional("groups")
        for member in try groupNode?.members() ?? [] {
            groups.append((member.key, member.value.isNull ? nil : try member.value.positiveDecimal()))
        }
        aliases = [:]
        for member in try fields.optional("aliases")?.members() ?? [] { aliases[member.key] = try member.value.texts() }
        indicators = []
        let indicatorNode = try fields.required("indicators")
        for member in try indicatorNode.members() {
            let indicator = try Indicator(id: member.key, member.value, catalogue)
            if let group = indicator.group, !groups.contains(where: { $0.name == group }) {
                throw member.value.fault(
                    .unknownReference, chinese: "没有一级指标“\(group)”", english: "there is no group '\(group)'")
            }
            indicators.append(indicator)
        }
        publishedProcess = nil
        if let process = fields.optional("process") {
            publishedProcess = try RoundProcess(scheme: id, document: source.document, process)
        }
        digest = document.digest
        let gap = fields.optional("incomplete")
        try fields.finish()
        incomplete = nil
        if let gap { incomplete = try remainingGap(gap) }
        guard incomplete == nil else { return }
        try checkRules(indicatorNode)
        try checkSums(root, groupNode, indicatorNode)
        try checkOptions(root)
        try checkGrades(root)
    }

    /// What an incomplete scheme still lacks, item by item; nil once an overlay has supplied all of it.
    private func remainingGap(_ node: DocumentNode) throws(SchemeFault) -> Bilingual? {
        var fields = try node.fields()
        let reason = Bilingual(try fields.text("zh"), try fields.text("en"))
        let count = try fields.required("indicators").whole(in: 1...1000)
        try fields.finish()
        var lacks: [Bilingual] = []
        if points == nil { lacks.append(Bilingual("总分 points", "points, the full marks")) }
        let bare = groups.filter { $0.points == nil }.map(\.name)
        if !bare.isEmpty {
            lacks.append(
                Bilingual(
                    "一级指标分值：" + bare.joined(separator: "、"), "points of the groups " + bare.joined(separator: ", ")))
        }
        if indicators.count != count {
            lacks.append(
                Bilingual(
                    "二级指标 \(count) 项，现有 \(indicators.count) 项",
                    "\(count) indicators, of which \(indicators.count) are there"))
        }
        for row in indicators {
            let keys = [("group", row.group == nil), ("points", row.points == nil), ("rule", row.rule == nil)]
            let missing = keys.filter(\.1).map(\.0).joined(separator: " ")
            if !missing.isEmpty { lacks.append(Bilingual("\(row.id) 的 \(missing)", "\(missing) of \(row.id)")) }
        }
        guard !lacks.isEmpty else { return nil }
        return Bilingual(
            reason.chinese + "。尚缺：" + lacks.map(\.chinese).joined(separator: "；"),
            reason.english + ". Missing: " + lacks.map(\.english).joined(separator: "; "))
    }

    private func checkRules(_ node: DocumentNode) throws(SchemeFault) {
        guard let silent = indicators.first(where: { $0.rule == nil }) else { return }
        throw node.fault(
            .missingKey, chinese: "指标 \(silent.id) 没有计分规则", english: "indicator \(silent.id) has no rule")
    }

    private func checkSums(
        _ root: DocumentNode, _ groupNode: DocumentNode?, _ indicatorNode: DocumentNode
    ) throws(SchemeFault) {
        let base = indicators.filter { $0.role == .base }
        guard let points else {
            guard base.allSatisfy({ $0.points == nil }) else {
                throw root.fault(.missingKey, chinese: "缺少总分 points", english: "points, the full marks, is missing")
            }
            return
        }
        try Scheme.check(base.map(\.points), are: points, "全部指标", "the indicators", at: indicatorNode)
        guard let groupNode else { return }
        try Scheme.check(groups.map(\.points), are: points, "全部一级指标", "the groups", at: groupNode)
        for group in groups {
            guard let wanted = group.points else { continue }
            try Scheme.check(
                base.filter { $0.group == group.name }.map(\.points), are: wanted, "“\(group.name)”的各指标",
                "the indicators of '\(group.name)'", at: groupNode)
        }
    }

    private static func check(
        _ parts: [Rational?], are whole: Rational, _ chinese: String, _ english: String, at node: DocumentNode
    ) throws(SchemeFault) {
        var sum: Rational? = .zero
        for part in parts { if let part, let so = sum { sum = try? so + part } else { sum = nil } }
        guard sum != whole else { return }
        let told = sum?.description ?? "?"
        throw node.fault(
            .wrongSum, chinese: "\(chinese)分值之和为 \(told)，应为 \(whole)",
            english: "\(english) add up to \(told), not to \(whole)")
    }

    private func checkOptions(_ root: DocumentNode) throws(SchemeFault) {
        let hasExtras = indicators.contains { $0.role != .base }
        let acted: [any OptionChoice.Type] = [EvidenceRule.self] + (hasExtras ? [CapOrder.self] : [])
        if let silent = acted.first(where: { !options.states($0) }) {
            throw root.fault(
                .missingKey, chinese: "options 中缺少 \(silent.option)", english: "options lacks \(silent.option)")
        }
        let names = acted.map { $0.option }
        if let idle = EngineOptions.all.map({ $0.option }).first(where: {
            options.choices[$0] != nil && !names.contains($0)
        }) {
            throw root.fault(
                .badValue, chinese: "选项 \(idle) 对整个方案不起作用",
                english: "the option \(idle) has no effect on a scheme as a whole")
        }
    }

    private func checkGrades(_ root: DocumentNode) throws(SchemeFault) {
        let bounds = grades.map(\.from)
        guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 > $1 }), bounds.last.map(\.isZero) ?? true else {
            throw root.fault(
                .badValue, chinese: "等次应由高到低排列，最后一等自 0 起",
                english: "grades stand from the highest to the lowest, and the last begins at 0")
        }
    }
}

extension Scheme.Source {
    init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        code = try fields.text("code")
        document = try fields.text("document")
        place = try fields.text("place")
        part = try fields.text("part")
        try fields.finish()
    }
}

extension Scheme.Grade {
    init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        name = try fields.text("name")
        from = try fields.required("from").decimal()
        try fields.finish()
    }
}
