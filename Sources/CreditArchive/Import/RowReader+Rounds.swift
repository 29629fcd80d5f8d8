internal import Assessment
internal import CanonicalJSON
internal import CreditModel
internal import EventLog

extension RowReader {
    /// A row of the template 评价流程: one step of a round.
    ///
    /// Results themselves (初步评价, 最终评价, 评价结果更正) are computed and recorded by the archive, never typed in.
    func round(
        _ cells: inout RowCells, _ bodyOfCode: (USCC) throws -> BodyHistory?
    ) throws -> (CreditEvent, StreamID, String, String?) {
        let id = roundID(&cells)
        let type = stepType(&cells, id)
        let day = cells.requiredDay("日期")
        let actor = actor(&cells, type, id)
        let shape = type.flatMap(EvaluationStep.shape(of:)) ?? EvaluationStep.Shape()
        var details = day.flatMap { day in actor.map { EvaluationStep.Details($0, on: day) } }
        details?.document = cells.documentNumber("文号")
        details?.note = cells.text("说明", limit: freeTextLimit).map(SealableText.plain)
        details?.claimedRecordedOn = cells.day("原系统登记日期")
        details?.evidence = try attachments(&cells, column: "附件")
        var content = EvaluationStep.Content()
        try readBodies(&cells, shape, bodyOfCode, into: &content)
        readCodes(&cells, shape, into: &content)
        readOffices(&cells, shape, into: &content)
        readOverlay(&cells, shape, details, into: &content)
        guard cells.problems.isEmpty, let id, let type, let details, let stream = StreamID(id.stream) else {
            throw RowRejected(problems: cells.problems)
        }
        let identity = [
            id.scheme, String(id.year), id.region.text, type.chinese, content.body?.text ?? "-",
            details.occurredOn.description, details.document?.normalised ?? "-", RowReader.distinction(content),
        ].joined(separator: "/")
        return (.evaluation(EvaluationStep(type, details, content)), stream, identity, nil)
    }

    /// What tells two steps of one type, body, day and document apart: the measure, ground or outcome, and the channels,
    /// ways, recipients or bodies, each in the order of its list. Long lists stand by their digest.
    private static func distinction(_ content: EvaluationStep.Content) -> String {
        let code = content.measure?.rawValue ?? content.ground?.rawValue ?? content.outcome?.rawValue
        var parts = [code].compactMap(\.self)
        parts += SourceChannel.allCases.filter(content.channels.contains).map(\.rawValue)
        parts += CollectionMethod.allCases.filter(content.methods.contains).map(\.rawValue)
        parts += Recipient.allCases.filter(content.recipients.contains).map(\.rawValue)
        parts += content.added.map { "+\($0.body)" }.sorted() + content.removed.map { "-\($0)" }.sorted()
        let text = parts.joined(separator: ",")
        if text.isEmpty { return "-" }
        return text.utf8.count <= 300 ? text : EvidenceStore.digest(Array(text.utf8))
    }

    private func roundID(_ cells: inout RowCells) -> RoundID? {
        let scheme = cells.required("方案").flatMap { _ in cells.folded("方案") }
        let year = cells.required("年度").flatMap { _ in cells.year("年度") }
        let digits = cells.required("区划").flatMap { _ in cells.folded("区划") }
        guard let digits else { return nil }
        guard let region = RegionCode(digits), region.text.utf8.count == 6 else {
            cells.note("区划", "region-malformed", "组织评价的机关所在区划应为 6 位数字", "the region of a round has 6 digits")
            return nil
        }
        guard let scheme, let year else { return nil }
        if let id = RoundID(scheme: scheme, year: year, region: region) { return id }
        cells.note("方案", "scheme-malformed", "方案“\(scheme)”应为小写字母、数字和 -", "the scheme '\(scheme)' is no scheme's id")
        return nil
    }

    /// The step by its common name, its type, or as the round's scheme calls it.
    private func stepType(_ cells: inout RowCells, _ id: RoundID?) -> EventType? {
        guard cells.required("步骤") != nil, let name = cells.folded("步骤") else { return nil }
        let own = id.flatMap { process(of: $0) }?.steps ?? []
        let named = RoundSteps.inTables.first { $0.chinese == name || $0.rawValue == name }
        let meant = named ?? own.first { $0.name == name }?.type
        guard let type = meant, RoundSteps.inTables.contains(type) else {
            let known = RoundSteps.inTables.map { type in
                let title = own.first { $0.type == type }?.name
                return title.map { $0 == type.chinese ? $0 : "\(type.chinese)（\($0)）" } ?? type.chinese
            }.joined(separator: "、")
            cells.note(
                "步骤", "not-in-list", "没有可用表格登记的步骤“\(name)”；可用：\(known)（评分由系统计算登记）",
                "there is no step '\(name)' for tables; known: \(known) (scores are computed and recorded by the archive)"
            )
            return nil
        }
        return type
    }

    /// How the rounds of a published scheme go; nil for one that this program does not carry.
    private func process(of id: RoundID) -> RoundProcess? {
        let library = SchemeLibrary.published
        return try? library.scheme(id.scheme).process(borrowingFrom: library.scheme("province-integrity"))
    }

    /// The office that took the step; without 角色 as the one role that the scheme has for it.
    private func actor(_ cells: inout RowCells, _ type: EventType?, _ id: RoundID?) -> StepActor? {
        let name = cells.requiredName("办理单位")
        let code = cells.uscc("办理单位统一社会信用代码")
        var role = cells.code("办理单位角色", ActorRole.self)
        if role == nil, cells.raw("办理单位角色") == nil, let type, let id {
            let lender = try? SchemeLibrary.published.scheme("province-integrity").process(borrowingFrom: nil)
            let rule = process(of: id)?[type] ?? lender?[type]
            if let rule, rule.roles.count == 1 { role = rule.roles[0] }
            if role == nil {
                let known = (rule?.roles ?? ActorRole.allCases).map(\.rawValue).joined(separator: "、")
                cells.note("办理单位角色", "missing-value", "请写明办理单位角色：\(known)", "say as what the office acts: \(known)")
            }
        }
        guard let name, let role else { return nil }
        return StepActor(role, name: name, code: code)
    }

    /// 主体: one for a step of a body, several for a list.
    private func readBodies(
        _ cells: inout RowCells, _ shape: EvaluationStep.Shape, _ bodyOfCode: (USCC) throws -> BodyHistory?,
        into content: inout EvaluationStep.Content
    ) throws {
        let listed = shape.required.contains(.bodies) || shape.optional.contains(.added)
        let bodies = try histories(&cells, "主体", bodyOfCode)
        if listed {
            let assessed = bodies.map { AssessedBody($0.id, $0.registration.kind) }
            if shape.required.contains(.bodies) { content.bodies = assessed } else { content.added = assessed }
            content.removed = try histories(&cells, "移出主体", bodyOfCode).map(\.id)
            if assessed.isEmpty, content.removed.isEmpty, cells.problems.isEmpty { _ = cells.required("主体") }
            return
        }
        if shape.required.contains(.body) { _ = cells.required("主体") }
        if bodies.count > 1 {
            cells.note("主体", "one-body", "这一步骤每行只写一个主体", "this step has one body a row")
        }
        if !shape.required.contains(.body), !shape.optional.contains(.body), !bodies.isEmpty {
            cells.note("主体", "no-body", "这一步骤是整个轮次的，请清空主体", "this step is the round's; clear 主体")
        }
        content.body = bodies.first?.id
    }

    private func histories(
        _ cells: inout RowCells, _ column: String, _ bodyOfCode: (USCC) throws -> BodyHistory?
    ) throws -> [BodyHistory] {
        var found: [BodyHistory] = []
        for word in cells.words(column) {
            do {
                let code = try USCC(checking: word.uppercased())
                if let history = try bodyOfCode(code) {
                    found.append(history)
                } else {
                    cells.note(Judge.bodyUnknown(code.text), column: column)
                }
            } catch let fault as USCC.Fault {
                cells.note(column, fault.code, fault.chinese, fault.english)
            }
        }
        return found
    }

    private func readCodes(
        _ cells: inout RowCells, _ shape: EvaluationStep.Shape, into content: inout EvaluationStep.Content
    ) {
        let members = shape.required.union(shape.optional)
        func has(_ member: EvaluationStep.Member) -> Bool { members.contains(member) }
        if has(.channels) { content.channels = cells.codes("渠道", SourceChannel.self) }
        if has(.methods) { content.methods = cells.codes("方式", CollectionMethod.self) }
        if has(.recipients) { content.recipients = cells.codes("通报对象", Recipient.self) }
        if has(.statements) { content.statements = cells.codes("载明", ReportStatement.self) }
        if has(.dueOn) { content.dueOn = cells.day("期限") }
        if has(.measure) { content.measure = cells.requiredCode("措施", Measure.self) }
        if has(.ground) { content.ground = cells.oneOf(shape.grounds, "事由") }
        if has(.outcome) { content.outcome = cells.oneOf(shape.outcomes, "结果") }
        if has(.materials) {
            content.materials = cells.text("证明材料", limit: freeTextLimit).map(SealableText.plain)
        }
        if has(.recipients), content.recipients.isEmpty, cells.raw("通报对象") == nil { _ = cells.required("通报对象") }
        if has(.case), content.outcome == .entered { content.caseID = cells.caseID("事项编号") }
    }

    private func readOffices(
        _ cells: inout RowCells, _ shape: EvaluationStep.Shape, into content: inout EvaluationStep.Content
    ) {
        if shape.required.contains(.evaluator), let name = cells.requiredName("评价机构") {
            content.evaluator = NamedOffice(name: name, code: cells.uscc("评价机构统一社会信用代码"))
        }
        if shape.optional.contains(.members) { content.members = cells.words("成员单位") }
        if shape.required.contains(.receiver), let name = cells.requiredName("受理单位") {
            content.receiver = StepActor(cells.code("受理单位角色", ActorRole.self) ?? .creditAuthority, name: name)
        }
    }

    /// 调整文件: the name of an attachment that is the overlay of this round.
    private func readOverlay(
        _ cells: inout RowCells, _ shape: EvaluationStep.Shape, _ details: EvaluationStep.Details?,
        into content: inout EvaluationStep.Content
    ) {
        guard shape.optional.contains(.scheme), let name = cells.raw("调整文件") else { return }
        guard let file = details?.evidence.first(where: { $0.name == name }) else {
            // Without a folder of attachments the row is judged by what it lists: a new one is refused for that.
            if evidence != nil || !cells.words("附件").contains(name) {
                cells.note(
                    "调整文件", "overlay-not-attached", "调整文件“\(name)”应同时列在附件中",
                    "the overlay '\(name)' is to be listed under 附件, too")
            }
            return
        }
        content.choice = EvaluationStep.SchemeChoice(overlay: file.digest)
    }
}

/// The steps that are recorded by tables.
enum RoundSteps {
    /// All but those that carry scores, and the province's list, in the order of ``EventType``.
    static let inTables: [EventType] = EventType.allCases.filter { type in
        guard let shape = EvaluationStep.shape(of: type) else { return false }
        return !shape.required.contains(.results) && !shape.required.contains(.evaluators)
    }
}

extension RowCells {
    /// The words of a cell, separated by `;`, `、`, commas or spaces.
    func words(_ column: String) -> [String] {
        guard let text = folded(column) else { return [] }
        return text.split { ";；、,， \n".contains($0) }.map(String.init)
    }

    /// Codes of a list, several in one cell.
    mutating func codes<List: CodeList>(_ column: String, _ list: List.Type) -> [List] {
        var found: [List] = []
        for word in words(column) {
            guard let value = List(codeOrName: word) else {
                let known = List.allCases.map { $0.rawValue == $0.name ? $0.rawValue : "\($0.rawValue) \($0.name)" }
                note(
                    column, "not-in-list", "\(column)“\(word)”不在\(List.listName)之列：\(known.joined(separator: "、"))",
                    "\(column) '\(word)' is not in its list: \(known.joined(separator: ", "))")
                continue
            }
            if !found.contains(value) { found.append(value) }
        }
        // In the order of the list: the same codes are the same content, however a row orders them.
        return List.allCases.filter(found.contains)
    }

    /// A required word out of those that the row's step allows.
    mutating func oneOf<List: CodeList>(_ allowed: [List], _ column: String) -> List? {
        guard let value = requiredCode(column, List.self) else { return nil }
        guard allowed.contains(value) else {
            let known = allowed.map(\.rawValue).joined(separator: "、")
            note(column, "not-in-list", "\(column)应为：\(known)", "\(column) must be one of \(known)")
            return nil
        }
        return value
    }
}
