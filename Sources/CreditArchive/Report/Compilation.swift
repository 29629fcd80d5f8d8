public import Assessment
public import CanonicalJSON
public import CreditModel
internal import EventLog

/// All reports of a scheme, a year and a region, bound together (《政务诚信评价办法》第十三条: 汇编成册).
public struct Compilation: Sendable {
    /// One cohort of the region, best first; bodies without a rank come last.
    public struct Section: Sendable {
        public var cohort: CohortKey
        public var statistics: CohortStatistics
        /// Of the bodies on the round's list (受评名单); of the whole cohort where no round has one.
        public var reports: [BodyReport]
        /// Bodies of the cohort that the round does not assess, by name.
        public var unlisted: [BodyHistory.Profile]
    }

    /// A body's result beside the one of the year before.
    public enum YearOnYear: Sendable, Hashable {
        /// By the same scheme, version and overlay.
        case same(before: Score, difference: Score)
        /// By another: totals are not compared.
        case otherScheme(title: String, before: Score?)
        /// There is none, or one of the two has no total.
        case none
    }

    public var scheme: Scheme
    public var year: Int
    /// The digits that the codes of the areas begin with, as asked for; nil: the only area there is.
    public var region: String?
    /// The governments that are registered for the areas.
    public var governments: [String]
    public var sections: [Section]
    /// When it was made: UTC, RFC 3339.
    public var madeAt: String
    public var position: UInt64?

    public var reports: [BodyReport] { sections.flatMap(\.reports) }
    public var publication: Publication { Publication(scheme) }
    public var days: ClosedRange<CalendarDay> { scheme.period.days(of: year) }
    /// Whether one of the results was never issued.
    public var hasTrials: Bool { reports.contains { $0.result == .trial } }
}

extension BodyReport {
    /// Results of the year before, by any scheme.
    var yearBefore: [YearScore] { overview.history.filter { $0.year == year - 1 } }

    /// The body's total beside that of the year before (same scheme, version and overlay), or why there is no comparison.
    public var yearOnYear: Compilation.YearOnYear {
        let series = YearScore.Series(
            scheme: scheme.id, version: scheme.version, digest: scheme.digest, overlay: scheme.overlay?.digest)
        if let before = yearBefore.first(where: { $0.series == series })?.score.total, let total = overview.total {
            return .same(before: before, difference: Score(hundredths: total.hundredths - before.hundredths))
        }
        let others = yearBefore.filter { $0.series != series }
        guard let other = others.first(where: { $0.scheme.groups.isEmpty == scheme.groups.isEmpty }) ?? others.first
        else { return .none }
        return .otherScheme(title: other.scheme.title, before: other.score.total)
    }
}

extension Auditor {
    /// Binds the reports of every cohort that the query's region covers.
    ///
    /// Throws ``ArchiveError``: a scheme that cannot compute or is not for the year, several areas and none chosen, nobody
    /// to report on.
    public func compilation(_ query: ReportQuery) throws -> Compilation {
        try catchUpIndex()
        var maker = try ReportMaker(archive, query)
        if let key = try maker.evidence.cohorts(in: query.evaluation.region).first,
            let settled = try maker.settled(for: nil, in: key)
        {
            maker = try ReportMaker(archive, settled)
        }
        let chosen = try maker.evidence.cohorts(in: query.evaluation.region)
        var sections: [Compilation.Section] = []
        for key in chosen {
            let cohort = try maker.cohort(key)
            let (listed, others) = try maker.assessed(cohort)
            // A class of which the round assesses nobody has no part in its book.
            if listed.isEmpty { continue }
            let reports = try listed.map { try maker.report(on: $0.body, in: cohort) }
            let ranked = reports.enumerated().sorted {
                ($0.element.overview.rank ?? .max, $0.offset) < ($1.element.overview.rank ?? .max, $1.offset)
            }
            sections.append(
                Compilation.Section(
                    cohort: key, statistics: CohortStatistics(try maker.printed(cohort, only: listed)),
                    reports: ranked.map(\.element),
                    unlisted: others.compactMap { maker.evidence.profiles[$0.body] }.sorted { $0.name < $1.name }))
        }
        guard !sections.isEmpty else {
            throw ArchiveError(
                .notFound, "list-empty", chinese: "轮次的受评名单中没有方案 \(maker.scheme.id) 的受评单位，无可汇编；请先调整受评名单",
                english: "the round's list has nobody whom the scheme \(maker.scheme.id) assesses; amend the list first"
            )
        }
        let areas = Set(chosen.map(\.area))
        let governments = maker.evidence.profiles.values
            .filter { body in
                body.kind == .government && body.level != .township && areas.contains { body.region.prefix == $0 }
            }
            .map(\.name).sorted()
        return Compilation(
            scheme: maker.scheme, year: query.evaluation.year, region: query.evaluation.region,
            governments: governments, sections: sections, madeAt: RecordedTime.text(milliseconds: archive.clock()),
            position: maker.evidence.position)
    }
}

extension Compilation: JSONEncodable {
    /// `{scheme, year, region, sections: [{area, class, statistics, ranks, reports}], position}`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("scheme", scheme.id)
        writer.member("schemeTitle", scheme.title)
        writer.member("schemeVersion", scheme.version)
        writer.member("schemeDigest", scheme.digest)
        writer.member("overlay", scheme.overlay)
        writer.member("year", year)
        writer.member("region", region)
        writer.member("visibility", publication.label)
        writer.member("sections", sections)
        writer.member("madeAt", madeAt)
        writer.nullable("position", position)
        writer.endObject()
    }
}

extension Compilation.Section: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("area", cohort.area)
        writer.member("class", cohort.bodyClass)
        writer.member("statistics", statistics)
        writer.key("ranks")
        writer.beginArray()
        for report in reports {
            writer.beginObject()
            writer.member("body", report.body.id)
            writer.member("name", report.body.name)
            writer.nullable("total", report.overview.total)
            writer.nullable("grade", report.overview.grade)
            writer.nullable("rank", report.overview.rank)
            writer.member("isTrial", report.result == .trial)
            switch report.yearOnYear {
            case .same(let before, let difference):
                writer.member("yearBefore", before)
                writer.member("difference", difference)
            case .otherScheme(let title, let before):
                writer.member("yearBeforeScheme", title)
                writer.nullable("yearBefore", before)
            case .none: break
            }
            writer.endObject()
        }
        writer.endArray()
        writer.key("unlisted")
        writer.beginArray()
        for profile in unlisted {
            writer.beginObject()
            writer.member("body", profile.id)
            writer.member("name", profile.name)
            writer.endObject()
        }
        writer.endArray()
        writer.member("reports", reports)
        writer.endObject()
    }
}
