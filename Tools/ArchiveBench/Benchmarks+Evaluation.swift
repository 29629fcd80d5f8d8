internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation

/// A county whose townships have every input of their 24 indicators reported again and again, and whose departments
/// report what one ranked indicator needs.
struct BenchCounty {
    let scheme: Scheme
    let ranked: Scheme
    let bodies: Int
    static let year = 2023
    private static let batch = 1_000

    init(events: Int) throws {
        scheme = try SchemeLibrary.published.scheme("tongbai-2023-township")
        ranked = try SchemeLibrary.published.scheme("tongbai-2023-department")
        bodies = max(20, min(5_000, events / 200))
    }

    static func body(_ number: Int, isRanked: Bool) -> BodyID {
        guard let id = BodyID("\(isRanked ? "bm" : "xz")-\(number)") else { preconditionFailure("letters and digits") }
        return id
    }

    /// Fills an archive up to a number of entries. Returns the positions' count and what they took.
    func fill(_ archive: Archive, to events: Int) async throws {
        let recorder = try Recorder(archive, recordedBy: "operator/bench")
        var waiting: [Submission] = []
        var made = Int(try archive.log.head().size)
        func hand(_ subject: StreamID, _ event: CreditEvent) async throws {
            waiting.append(
                Submission(
                    identity: EventIdentity(source: "urn:bench", id: "e\(made)"), subject: subject, event: event))
            made += 1
            guard waiting.count == BenchCounty.batch else { return }
            _ = try await recorder.append(waiting)
            waiting.removeAll(keepingCapacity: true)
        }
        for isRanked in [false, true] {
            for number in 0..<bodies {
                let id = BenchCounty.body(number, isRanked: isRanked)
                try await hand(.body(id.text), registration(number, isRanked))
            }
        }
        for number in 0..<bodies {
            let id = BenchCounty.body(number, isRanked: true)
            for (input, value) in [("corrected", number * 7 % 50), ("concluded", 50 + number % 13)] {
                try await hand(
                    .observations(body: id.text, year: BenchCounty.year),
                    observation(ranked, "XB01", input, "\(value)", number))
            }
        }
        let inputs = scheme.indicators.flatMap { row in
            row.inputs.filter { $0.records == nil && !$0.isOptional }.map { (row, $0) }
        }
        var pass = 0
        while made < events {
            for number in 0..<bodies where made < events {
                let id = BenchCounty.body(number, isRanked: false)
                for (row, input) in inputs where made < events {
                    try await hand(
                        .observations(body: id.text, year: BenchCounty.year),
                        observation(scheme, row.id, input.name, value(of: input, number + pass), pass))
                }
            }
            pass += 1
        }
        if !waiting.isEmpty { _ = try await recorder.append(waiting) }
    }

    private func registration(_ number: Int, _ isRanked: Bool) throws -> CreditEvent {
        guard let region = RegionCode("419801") else { preconditionFailure("six digits") }
        return .bodyRegistered(
            BodyRegistered(
                code: nil, name: isRanked ? "第\(number)局" : "第\(number)乡", kind: isRanked ? .department : .township,
                level: isRanked ? .county : .township, region: region, parent: nil, establishedOn: nil))
    }

    private func observation(
        _ scheme: Scheme, _ indicator: String, _ input: String, _ value: String, _ pass: Int
    ) -> CreditEvent {
        .observationRecorded(
            ObservationRecorded(
                scheme: scheme.id, indicator: indicator, input: input, value: value,
                reportedOn: CalendarDay(ordinal: 19_700 + Int32(pass % 60)), note: .plain("台账与截图")))
    }

    private func value(of input: InputDefinition, _ salt: Int) -> String {
        switch input.form {
        case .count: "\(salt % 6)"
        case .decimal: input.maximum == .one ? (salt % 10 == 0 ? "1" : "0.\(1 + salt % 9)") : "\(salt % 3)"
        case .day: "2023-03-\(10 + salt % 20)"
        case .yesNo, .compliance, .satisfaction: input.form.words?[salt % 2] ?? ""
        }
    }
}

extension Benchmarks {
    /// A whole cohort evaluated and ranked, and single bodies explained.
    func evaluation() async throws {
        let folder = ArchiveFolder(folder + "/evaluation")
        _ = try Archive.create(at: folder, origin: "bench.example/evaluation")
        let county = try BenchCounty(events: events)
        var archive = try Archive(opening: folder, for: .writing)
        let seconds = try await timed { try await county.fill(archive, to: events) }
        try archive.close()
        let bytes = try FileManager.default.attributesOfItem(atPath: folder.log)[.size] as? NSNumber
        Line(
            name: "recording observations", amount: events, unit: "events", seconds: seconds, bytes: bytes?.uint64Value
        ).show()
        archive = try Archive(opening: folder, for: .reading)
        let query = EvaluationQuery(county.scheme, year: BenchCounty.year)
        let auditor = Auditor(archive)
        var best = Double.infinity
        let peak = try Process.peakMegabytes {
            for _ in 0..<3 {
                best = min(
                    best,
                    try timedNow {
                        let answer = try auditor.evaluate(query)
                        guard answer.bodies.count == county.bodies else { throw BenchError("bodies are missing") }
                    })
            }
        }
        Line(
            name: "evaluate and rank", amount: county.bodies * county.scheme.indicators.count, unit: "scores",
            seconds: best,
            note: "best of 3; \(county.bodies) bodies × \(county.scheme.indicators.count) indicators, evidence from "
                + "\(events) entries; peak \(peak) MiB"
        ).show()
        try explanations(archive, county, query)
    }

    private func explanations(_ archive: Archive, _ county: BenchCounty, _ query: EvaluationQuery) throws {
        let auditor = Auditor(archive)
        let asked = min(county.bodies, 200)
        for (name, indicator, isRanked) in [
            ("explain one body", "XZ04", false), ("explain one ranked body", "XB01", true),
        ] {
            var query = query
            if isRanked { query.scheme = county.ranked }
            let first = try timedNow {
                _ = try auditor.explain(indicator, of: BenchCounty.body(0, isRanked: isRanked), query)
            }
            let seconds = try timedNow {
                for number in 0..<asked {
                    _ = try auditor.explain(indicator, of: BenchCounty.body(number, isRanked: isRanked), query)
                }
            }
            Line(
                name: name, amount: asked, unit: "answers", seconds: seconds,
                note: String(format: "%.3f ms each; %.3f ms the first", seconds / Double(asked) * 1e3, first * 1e3)
            ).show()
        }
    }
}
