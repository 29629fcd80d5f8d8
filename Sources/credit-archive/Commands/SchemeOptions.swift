internal import ArgumentParser
internal import Assessment
internal import CreditArchive
internal import CreditModel
internal import Projections

/// Which scheme, changed by which overlay, for which year.
struct SchemeOptions: ParsableArguments {
    @Option(help: "方案 Scheme, e.g. tongbai-2023-township.")
    var scheme: String?

    @Option(help: "年度 Year; left out for a scheme that is for one year only.")
    var year: Int?

    @Option(help: ArgumentHelp("调整文件 An overlay (YAML): options, bands, weights, dates.", valueName: "file"))
    var overlay: String?

    @Option(help: "行政区划代码 The county; left out where the archive has one.")
    var region: String?

    /// The question, held against the log: by the scheme that is in force there, unless an overlay is given.
    func query(_ id: String, _ auditor: Auditor, _ whatIf: WhatIfOptions? = nil) throws -> EvaluationQuery {
        let position = try whatIf.flatMap { whatIf in
            try auditor.moment(MomentQuestion(atPosition: whatIf.atPosition, knownAt: whatIf.knownAt)).atPosition
        }
        let scheme = try auditor.scheme(id, year: year, overlayAt: overlay, atPosition: position)
        guard let year = year ?? scheme.period.year, CalendarDay.years.contains(year) else {
            throw SchemeOptions.yearNeeded
        }
        return EvaluationQuery(
            scheme, year: year, region: try region.map(ScopeOptions.prefix(ofRegion:)), atPosition: position,
            without: Set(whatIf?.without ?? []))
    }

    /// The year of a service's route: the one that is said, or the only one of the published scheme.
    func yearInForce(of id: String) throws -> Int {
        let only = SchemeLibrary.published.schemes.first { $0.id == id }?.period.year
        guard let year = year ?? only, CalendarDay.years.contains(year) else { throw SchemeOptions.yearNeeded }
        return year
    }

    /// The question as parameters of a service's route, which reads no file of the asker's. Throws `local-archive-needed`.
    func parameters(
        _ global: GlobalOptions, _ whatIf: WhatIfOptions
    ) throws -> [(String, (any CustomStringConvertible)?)] {
        try global.requireFolder(for: "--overlay", overlay != nil)
        // Malformed ones are refused here, in the words of the options.
        _ = try (
            MomentQuestion(atPosition: whatIf.atPosition, knownAt: whatIf.knownAt),
            region.map(ScopeOptions.prefix(ofRegion:))
        )
        let positions = whatIf.without.map(String.init).joined(separator: ",")
        return [
            ("region", region), ("atPosition", whatIf.atPosition), ("knownAt", whatIf.knownAt),
            ("without", positions.isEmpty ? nil : positions),
        ]
    }

    static let yearNeeded = ArchiveError(
        .usage, "year-needed", field: "--year", chinese: "请用 --year 指明年度（1900–2999）",
        english: "say which year with --year (1900–2999)")

    static var schemeNeeded: ArchiveError {
        let known = SchemeLibrary.published.schemes.map(\.id).joined(separator: " ")
        return ArchiveError(
            .usage, "scheme-needed", field: "--scheme", chinese: "请用 --scheme 指明方案：\(known)",
            english: "say which scheme with --scheme: \(known)")
    }
}

/// Questions of something else than the records there are: only a part of them. Reports are of all records, and have none.
struct WhatIfOptions: ParsableArguments {
    @Option(help: "只用此位置及以前的记录 Only what was recorded up to this position.")
    var atPosition: UInt64?

    @Option(help: "只用此刻及以前的记录 Only what was recorded by this time (RFC 3339 with its zone, or a day).")
    var knownAt: String?

    @Option(
        help: ArgumentHelp(
            "假设没有该位置的条目（试算，可重复） As if this entry had not been recorded; may be repeated.", valueName: "position"))
    var without: [UInt64] = []
}
