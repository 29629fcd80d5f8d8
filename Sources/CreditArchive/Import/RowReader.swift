internal import Assessment
internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// Makes submissions of the rows of one template.
struct RowReader {
    let template: ImportCompleted.Template
    let importID: String
    let evidence: EvidenceSource?
    let catalogue: ObservationCatalogue

    /// Where attachments named in rows come from.
    struct EvidenceSource {
        var folder: String
        var store: EvidenceStore
        /// Only look whether they are there.
        var isRehearsal: Bool

        func take(_ name: String) throws(ArchiveError) -> Evidence {
            guard !isRehearsal else { return try store.look(at: name, in: folder) }
            return try store.take(name, from: folder)
        }
    }

    var source: String { "urn:credit-archive:import:\(template.rawValue)" }

    /// Reads a row. Throws ``RowRejected`` with every error that the row shows by itself.
    ///
    /// - Parameter bodyOfCode: the registered body that has, or once had, a code.
    func read(
        _ cells: inout RowCells, bodyOfCode: (USCC) throws -> BodyHistory?
    ) throws -> (submission: Submission, statedName: String?) {
        let (event, subject, id, name): (CreditEvent, StreamID, String, String?)
        do {
            (event, subject, id, name) = try parse(&cells, bodyOfCode)
        } catch var rejected as RowRejected {
            // By itself this is judged only where the row is new; beside other errors it is listed with them.
            if evidence == nil, cells.raw("附件") != nil {
                cells.note(Judge.evidenceFolderNeeded, column: "附件")
                rejected.problems = cells.problems
            }
            throw rejected
        }
        var submission = Submission(
            identity: EventIdentity(source: source, id: id), subject: subject, event: event, importID: importID,
            importRow: Int64(cells.row))
        if evidence == nil {
            submission.ignoresEvidence = true
            submission.missingEvidence = cells.raw("附件").map { [$0] } ?? []
        }
        return (submission, name)
    }

    private typealias Row = (CreditEvent, StreamID, String, String?)

    private func parse(_ cells: inout RowCells, _ bodyOfCode: (USCC) throws -> BodyHistory?) throws -> Row {
        switch template {
        case .bodies: try body(&cells, bodyOfCode)
        case .incidents: try incident(&cells, bodyOfCode)
        case .dispositions: try disposition(&cells)
        case .observations: try observation(&cells, bodyOfCode)
        case .rounds: try round(&cells, bodyOfCode)
        }
    }

    private func body(_ cells: inout RowCells, _ bodyOfCode: (USCC) throws -> BodyHistory?) throws -> Row {
        let code = cells.requiredUSCC("统一社会信用代码")
        let name = cells.requiredName("名称")
        let kind = cells.requiredCode("主体类型", BodyKind.self)
        let level = cells.requiredCode("层级", BodyLevel.self)
        var region: RegionCode?
        if cells.required("行政区划代码") != nil, let text = cells.folded("行政区划代码") {
            region = RegionCode(text)
            if region == nil {
                cells.note("行政区划代码", "region-malformed", "行政区划代码应为 6、9 或 12 位数字", "the region has 6, 9 or 12 digits")
            }
        }
        let parentCode = cells.uscc("上级统一社会信用代码")
        let established = cells.day("成立日期")
        let claimed = cells.day("原系统登记日期")
        guard cells.problems.isEmpty, let code, let name, let kind, let region else {
            throw RowRejected(problems: cells.problems)
        }
        let parent = try parentCode.map { try bodyOfCode($0)?.id ?? BodyID($0) }
        let data = BodyRegistered(
            code: code, name: name, kind: kind, level: level, region: region, parent: parent,
            establishedOn: established, claimedRecordedOn: claimed)
        return (.bodyRegistered(data), .body(code.text), code.text, nil)
    }

    private func incident(_ cells: inout RowCells, _ bodyOfCode: (USCC) throws -> BodyHistory?) throws -> Row {
        let id = cells.caseID("事项编号")
        let code = cells.requiredUSCC("统一社会信用代码")
        let statedName = cells.raw("主体名称")
        let category = cells.requiredCode("失信类别", Category.self)
        let area = cells.code("重点领域", KeyArea.self)
        let fact = cells.required("失信事实").flatMap { _ in cells.text("失信事实", limit: freeTextLimit) }
        let title = cells.requiredName("依据文书名称")
        let number = cells.required("文号").flatMap { _ in cells.documentNumber("文号") }
        let authority = cells.requiredName("认定部门")
        let authorityCode = cells.uscc("认定部门统一社会信用代码")
        let occurred = cells.requiredDay("发生日期")
        let determined = cells.requiredDay("认定日期")
        let severity = cells.requiredCode("严重程度", Severity.self)
        let amount = cells.amount("涉及金额(万元)")
        let demand = cells.text("整改要求", limit: freeTextLimit)
        let due = cells.day("整改期限")
        let channel = cells.requiredCode("信息来源渠道", SourceChannel.self)
        let conclusion = cells.code("结论状态", Conclusion.self)
        let visibility = cells.code("公开属性", Visibility.self)
        let year = cells.year("归属年度")
        let claimed = cells.day("原系统登记日期")
        let evidence = try attachments(&cells, column: "附件")
        if let required = channel?.requiredConclusion, conclusion != required,
            !cells.problems.contains(where: { $0.column == "结论状态" })
        {
            cells.note(
                "结论状态", "conclusion-required",
                "渠道 \(channel?.rawValue ?? "") 的信息须\(required.rawValue)方可记录（《政务诚信评价办法》第八条）",
                "matter of channel \(channel?.rawValue ?? "") must be '\(required.rawValue)' to be recorded (评价办法 art. 8)"
            )
        }
        if let occurred, let determined, determined < occurred {
            cells.note(.determinedBefore(occurred: occurred, determined: determined), column: "认定日期")
        }
        let body = try code.flatMap { try bodyOfCode($0) }
        if let code, body == nil { cells.note(Judge.bodyUnknown(code.text), column: "统一社会信用代码") }
        if let occurred, let established = body?.registration.establishedOn, occurred < established {
            cells.note(.beforeEstablishment(occurred: occurred, established: established), column: "发生日期")
        }
        guard cells.problems.isEmpty, let id, let body = body?.id, let category, let fact, let title, let number,
            let authority,
            let occurred, let determined, let severity, let channel
        else { throw RowRejected(problems: cells.problems) }
        let data = IncidentDetermined(
            body: body, category: category, area: area, fact: .plain(fact),
            basis: BasisDocument(title: title, number: number), authority: authority, authorityCode: authorityCode,
            occurredOn: occurred, determinedOn: determined, severity: severity, amount: amount,
            rectification: demand.map(SealableText.plain), rectificationDue: due, channel: channel,
            conclusion: conclusion, visibility: visibility ?? .restricted, attributedYear: year ?? determined.year,
            evidence: evidence, claimedRecordedOn: claimed)
        return (.incidentDetermined(data), .case(id.text), id.text, statedName)
    }

    private func observation(_ cells: inout RowCells, _ bodyOfCode: (USCC) throws -> BodyHistory?) throws -> Row {
        let code = cells.requiredUSCC("统一社会信用代码")
        let year = cells.required("年度").flatMap { _ in cells.year("年度") }
        let scheme = cells.required("方案").flatMap { _ in cells.folded("方案") }
        let indicator = cells.required("指标编号").flatMap { _ in cells.folded("指标编号") }
        let input = cells.required("数据项").flatMap { _ in cells.folded("数据项") }
        let hasValue = cells.required("数值") != nil
        let reported = cells.requiredDay("填报日期")
        let claimed = cells.day("原系统登记日期")
        var value: String?
        if let scheme, let indicator, let input {
            do {
                let form = try catalogue.form(scheme: scheme, indicator: indicator, input: input)
                if hasValue { value = observed(&cells, as: form) }
            } catch {
                cells.note(error, column: "数据项")
            }
        }
        let body = try code.flatMap { try bodyOfCode($0) }
        if let code, body == nil { cells.note(Judge.bodyUnknown(code.text), column: "统一社会信用代码") }
        var evidence: [Evidence] = []
        let note = cells.text("佐证材料", limit: freeTextLimit)
        if let note, let source = self.evidence {
            do { evidence = [try source.take(note)] } catch {
                guard error.isOfTheFile else { throw error }
                // A description is no attachment; a name with an ending that is not there is an error.
                if note.contains(".") { cells.note("佐证材料", error.code, error.chinese, error.english) }
            }
        }
        guard cells.problems.isEmpty, let body = body?.id, let year, let scheme, let indicator, let input, let value,
            let reported
        else { throw RowRejected(problems: cells.problems) }
        let data = ObservationRecorded(
            scheme: scheme, indicator: indicator, input: input, value: value, reportedOn: reported,
            note: note.map(SealableText.plain), evidence: evidence, claimedRecordedOn: claimed)
        let id = [body.text, String(year), scheme, indicator, input, reported.description, value].joined(separator: "/")
        return (.observationRecorded(data), .observations(body: body.text, year: year), id, nil)
    }

    /// An observed value in canonical form.
    private func observed(_ cells: inout RowCells, as form: InputForm) -> String? {
        switch form {
        case .day: return cells.day("数值")?.description
        case .count, .decimal:
            guard let amount = cells.amount("数值") else { return nil }
            guard form.accepts(amount.description) else {
                cells.note(form.refusal(amount.description), column: "数值")
                return nil
            }
            return amount.description
        case .yesNo, .compliance, .satisfaction:
            guard let word = cells.folded("数值") else { return nil }
            guard form.accepts(word) else {
                cells.note(form.refusal(word), column: "数值")
                return nil
            }
            return word
        }
    }

    /// Takes the attachments that a cell names. Throws where they cannot be kept: that is no error of the row.
    func attachments(_ cells: inout RowCells, column: String) throws(ArchiveError) -> [Evidence] {
        guard let text = cells.raw(column) else { return [] }
        let names = text.split(whereSeparator: { ";；".contains($0) }).map(String.init)
        guard let source = evidence else { return [] }
        guard names.count <= 16 else {
            cells.note(column, "too-many-attachments", "附件至多 16 个", "at most 16 attachments")
            return []
        }
        var taken: [Evidence] = []
        for name in names {
            do { taken.append(try source.take(name)) } catch {
                guard error.isOfTheFile else { throw error }
                cells.note(column, error.code, error.chinese, error.english)
            }
        }
        return taken
    }
}

extension ArchiveError {
    /// Whether an attachment is at fault, and not the disk that is to keep it.
    fileprivate var isOfTheFile: Bool { kind == .badInput }
}
