internal import Assessment
internal import CreditModel

// What keeps results from being issued, or re-issued.
extension ResultIssuing {
    static func requireByHand(
        _ grades: [BodyID: String], _ isByHand: Bool, _ bodies: [BodyID]
    ) throws(ArchiveError) {
        for (body, grade) in grades.sorted(by: { $0.key < $1.key }) {
            guard isByHand else {
                throw ArchiveError(
                    .usage, "grade-not-by-hand", field: "--grade", chinese: "这一方案的等次由分数得出，不能人工指定",
                    english: "grades of this scheme follow from the score and are not set by hand")
            }
            let words = InputForm.satisfaction.words ?? []
            guard words.contains(grade), bodies.contains(body) else {
                let known = words.joined(separator: "、")
                throw ArchiveError(
                    .usage, "grade-unknown", field: "--grade", chinese: "\(body)＝\(grade)：等次应为 \(known)，单位应在印发之列",
                    english: "\(body)=\(grade): a grade is one of \(known), of a body whose result is issued")
            }
        }
    }

    /// Grades that correct others: of a scheme that has nothing but grades.
    func requireByHand(_ grades: [BodyID: String], _ round: RoundID, _ bodies: [BodyID]?) throws {
        let scheme = try Auditor(archive).scheme(round.scheme, year: round.year)
        try ResultIssuing.requireByHand(grades, scheme.points == nil, bodies ?? grades.keys.sorted())
    }

    /// 确定评议等次 (《政务公开工作社会评议实施细则》第八条第四项): without points the grade is the result, and it is set by hand (Q24).
    static func requireGrades(_ grades: [BodyID: String], _ bodies: [EvaluatedBody]) throws(ArchiveError) {
        let missing = bodies.filter { grades[$0.profile.id] == nil }
        guard !missing.isEmpty else { return }
        let list = missing.prefix(20).map { item in
            "\(item.profile.name)\(item.score.gradeHint.map { "（提示：\($0)）" } ?? "")"
        }.joined(separator: "、")
        throw ArchiveError(
            .refused, "grade-needed", field: "--grade",
            chinese: "本方案只评等次，须人工确定，以下单位尚未指定：\(list)；请用 --grade 单位=等次",
            english:
                "this scheme has nothing but grades, set by hand, and these have none: \(list); give --grade body=grade"
        )
    }

    func requireComplete(_ bodies: [EvaluatedBody]) throws(ArchiveError) {
        let gaps = bodies.compactMap { item -> String? in
            let missing = item.score.indicators.filter(\.isMissing).map(\.id)
            return missing.isEmpty ? nil : "\(item.profile.name) \(missing.joined(separator: " "))"
        }
        guard !gaps.isEmpty else { return }
        let list = gaps.prefix(20).joined(separator: "；") + (gaps.count > 20 ? "；……共 \(gaps.count) 个单位" : "")
        throw ArchiveError(
            .refused, "results-incomplete", chinese: "以下单位有缺项，不能印发最终结果：\(list)；请补报数据，或用 --body 只印发其他单位",
            english:
                "inputs are missing, so there is no final result: \(list); have them reported, or issue the others with "
                + "--body")
    }

    /// A body that has a final result gets another one by a re-issue only.
    func requireFirst(_ bodies: [EvaluatedBody], of round: RoundID) throws {
        let issued = try archive.results(scheme: round.scheme, year: round.year, region: round.region.text)
        let standing = issued.first { $0.round == round }?.standing ?? [:]
        let known = bodies.first { item in
            standing[item.profile.id].map { $0.issue.stage != .preliminary } ?? false
        }
        guard let known, let position = standing[known.profile.id]?.issue.position else { return }
        throw ArchiveError(
            .refused, "reissue-needed", field: known.profile.id.text,
            chinese: "\(known.profile.name) 已有最终结果（位置 \(position)）；变动须用 results reissue 附理由更正",
            english:
                "\(known.profile.name) has a final result (position \(position)); a change needs results reissue with "
                + "its reason")
    }

    static func notAdopted(_ round: RoundID) -> ArchiveError {
        ArchiveError(
            .refused, "scheme-not-adopted", field: round.scheme,
            chinese: "本档案库尚未采用方案 \(round.scheme)（\(round.year) 年度）；请先运行 schemes adopt \(round.scheme)",
            english: "this archive has not adopted the scheme \(round.scheme) for \(round.year); run schemes adopt "
                + "\(round.scheme) first")
    }

    static func notOpened(_ round: RoundID) -> ArchiveError {
        ArchiveError(
            .refused, "round-not-opened", field: round.stream,
            chinese: "\(round) 还没有受评名单；请先登记“启动评价”，列出受评单位",
            english: "\(round) has no list of bodies; record evaluation.opened with the bodies under evaluation first")
    }

    static func outside(_ body: BodyID, _ round: RoundID) -> ArchiveError {
        ArchiveError(
            .badInput, "body-outside-cohort", field: body.text, chinese: "\(body) 不是 \(round) 的受评单位",
            english: "\(body) is not assessed by \(round)")
    }

    static func withoutResult(_ body: BodyID, _ round: RoundID) -> ArchiveError {
        ArchiveError(
            .badInput, "body-without-result", field: body.text,
            chinese: "\(round) 没有印发过 \(body) 的结果，无可更正；请核对代码，或用 results 查看已印发的结果",
            english: "\(round) has issued no result of \(body); check the code, or see what was issued with results")
    }

    /// Why a result that would be another one is not re-issued; nil where it can be.
    static func whyNot(_ change: ResultChange, _ round: RoundID) -> ArchiveError? {
        if change.standing.issue.stage == .preliminary {
            return ArchiveError(
                .refused, "not-final", field: change.body.text,
                chinese:
                    "\(change.profile?.name ?? change.body.text) 只有初评结果（位置 \(change.standing.issue.position)），尚无最终结果可更正；"
                    + "最终结果以 results issue --stage final 印发",
                english:
                    "\(change.body) has a preliminary result only (position \(change.standing.issue.position)) and no final "
                    + "one to re-issue; that comes by results issue --stage final")
        }
        return change.after == nil ? left(change.body, round) : nil
    }

    private static func left(_ body: BodyID, _ round: RoundID) -> ArchiveError {
        ArchiveError(
            .refused, "body-left", field: body.text,
            chinese: "按现有记录，\(body) 已不是 \(round) 的受评单位，没有可更正的分数；请对该单位另行处理",
            english:
                "by what is recorded now \(body) is not assessed by \(round) and has no score to re-issue; deal with it "
                + "by itself")
    }
}
