internal import Assessment
internal import CreditModel

/// Who a scheme assesses on its period's last day, cohort by cohort, and who stands below whom on that day.
struct CohortRoll: Sendable {
    private let scheme: Scheme
    let days: ClosedRange<CalendarDay>
    /// Of every body that existed on the period's last day.
    private(set) var profiles: [BodyID: BodyHistory.Profile] = [:]
    private(set) var cohorts: [CohortKey: [BodyID]] = [:]
    private var children: [BodyID: [BodyID]] = [:]

    init(_ query: EvaluationQuery) {
        scheme = query.scheme
        days = query.scheme.period.days(of: query.year)
    }

    /// Takes a body as it was on the period's last day; false where it did not exist then.
    @discardableResult
    mutating func take(_ history: BodyHistory) -> Bool {
        let profile = history.profile(asOf: days.upperBound)
        // A body without 成立日期 counts as always there (contract §5).
        guard profile.establishedOn.map({ $0 <= days.upperBound }) ?? true, profile.abolishedOn == nil else {
            return false
        }
        profiles[profile.id] = profile
        if let parent = profile.parent { children[parent, default: []].append(profile.id) }
        if let key = key(profile) { cohorts[key, default: []].append(profile.id) }
        return true
    }

    /// Brings the cohorts into the order of their bodies' ids, when all are taken.
    mutating func sort() {
        for key in cohorts.keys { cohorts[key]?.sort() }
    }

    private func key(_ profile: BodyHistory.Profile) -> CohortKey? {
        scheme.cohort.key(kind: profile.kind, level: profile.level, region: profile.region)
    }

    /// The cohorts of the areas that a region covers; all of them where there is one area only.
    ///
    /// Throws ``ArchiveError`` `region-needed` where several areas could be meant, `cohort-empty` where nobody is assessed.
    func cohorts(in region: String?) throws(ArchiveError) -> [CohortKey: [BodyID]] {
        let areas = Set(cohorts.keys.map(\.area)).sorted()
        guard let region else {
            guard areas.count <= 1 else {
                let list = areas.joined(separator: " ")
                throw ArchiveError(
                    .usage, "region-needed", field: "--region", chinese: "档案库有多个地区，请用 --region 指明：\(list)",
                    english: "the archive has several areas; choose with --region: \(list)")
            }
            return try nonEmpty(cohorts)
        }
        return try nonEmpty(cohorts.filter { $0.key.area.hasPrefix(region) || region.hasPrefix($0.key.area) })
    }

    private func nonEmpty(_ chosen: [CohortKey: [BodyID]]) throws(ArchiveError) -> [CohortKey: [BodyID]] {
        guard chosen.isEmpty else { return chosen }
        throw ArchiveError(
            .notFound, "cohort-empty", chinese: "\(days.upperBound) 该地区没有方案 \(scheme.id) 的受评单位",
            english: "on \(days.upperBound) nobody in this area is assessed by \(scheme.id)")
    }

    func assesses(_ body: BodyID) -> Bool { profiles[body].flatMap(key) != nil }

    /// The cohort of one body. Throws `body-outside-cohort`.
    func cohort(of body: BodyID) throws(ArchiveError) -> CohortKey {
        if let profile = profiles[body], let key = key(profile) { return key }
        throw ArchiveError(
            .badInput, "body-outside-cohort", field: body.text,
            chinese: "\(body) 在 \(days.upperBound) 不是方案 \(scheme.id) 的受评单位",
            english: "on \(days.upperBound) \(body) is not assessed by \(scheme.id)")
    }

    /// The body and all below it, by the parents of the period's last day.
    func descendants(of body: BodyID) -> Set<BodyID> {
        var members: Set<BodyID> = []
        var waiting = [body]
        while let next = waiting.popLast() {
            if members.insert(next).inserted { waiting += children[next] ?? [] }
        }
        return members
    }
}
