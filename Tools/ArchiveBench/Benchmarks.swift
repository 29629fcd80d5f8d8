internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections

/// The benchmarks themselves; all work on one archive that the first of them makes.
struct Benchmarks {
    let folder: String
    let events: Int
    let singles: Int

    var archiveFolder: ArchiveFolder { ArchiveFolder(folder + "/archive") }

    /// An archive with `events` events of the synthetic province in it, made on first use.
    func archive() throws -> ArchiveFolder {
        if !archiveFolder.exists { _ = try Archive.create(at: archiveFolder, origin: "bench.example/log") }
        return archiveFolder
    }

    private func logBytes() throws -> UInt64 {
        let attributes = try FileManager.default.attributesOfItem(atPath: archiveFolder.log)
        return (attributes[.size] as? NSNumber)?.uint64Value ?? 0
    }

    /// Batches of 1,000 CloudEvents from four platforms, everything included: decode, decide, seal, encode, hash, tiles,
    /// index.
    func bulkAppend() async throws {
        let made = DemoProvince.cloudEvents(count: events, seed: 1, lanes: 4)
        let archive = try Archive(opening: archive(), for: .writing)
        let recorder = try Recorder(archive, recordedBy: "operator/bench")
        let cpu = Process.cpuSeconds
        let seconds = try await timed {
            for batch in made.bodies { _ = try await recorder.append(cloudEvents: batch) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in made.lanes {
                    group.addTask { for batch in lane { _ = try await recorder.append(cloudEvents: batch) } }
                }
                try await group.waitForAll()
            }
        }
        let used = Process.cpuSeconds - cpu
        let index = try timedNow { try archive.close() }
        let bytes = try logBytes()
        let size = Int(bytes) * 19 / 20 / max(events, 1)
        let raw = try Raw.append(folder, events: events, bytes: size, batch: 1_000, identities: true).rate
        Line(
            name: "append, batches of 1,000", amount: events, unit: "events", seconds: seconds, bytes: bytes,
            rawRate: raw,
            note: "decode, decide, seal, JCS, hash, tiles, identities; \(size) bytes an entry; "
                + String(format: "%.1f s of CPU", used)
        ).show()
        try treeShare(of: used)
        Line(name: "  then fold and settle", amount: events, unit: "events", seconds: index).show()
    }

    /// One event a call, each durable before the next; and the same from 64 callers at once.
    func durableAppends() async throws {
        let folder = ArchiveFolder(folder + "/durable")
        _ = try Archive.create(at: folder, origin: "bench.example/durable")
        let archive = try Archive(opening: folder, for: .writing)
        let recorder = try Recorder(archive, recordedBy: "operator/bench")
        let submissions = DemoProvince.submissions(count: singles + (singles < 100 ? 10 : 40) * singles, seed: 2)
        // In turn with raw SQLite, since the disk's mood changes from second to second; the median pair counts.
        let rounds = 5
        let share = singles / rounds
        var pairs: [(seconds: Double, raw: Double)] = []
        for round in 0..<rounds {
            let seconds = try await timed {
                for submission in submissions[round * share..<(round + 1) * share] {
                    _ = try await recorder.append([submission])
                }
            }
            let raw = try Raw.append(self.folder, events: share, bytes: 900, batch: 1, identities: false).rate
            pairs.append((seconds, raw))
        }
        let median = pairs.sorted { $0.seconds * $0.raw < $1.seconds * $1.raw }[rounds / 2]
        let raw = median.raw
        Line(
            name: "durable append, one alone", amount: share, unit: "events", seconds: median.seconds, rawRate: raw,
            note: "median of \(rounds) pairs"
        ).show()
        // A case's events stay in one lane, in their order.
        var lanes = [[Submission]](repeating: [], count: 64)
        for submission in submissions.dropFirst(singles) where submission.subject.family == "case" {
            lanes[abs(submission.subject.hashValue % 64)].append(submission)
        }
        let count = lanes.reduce(0) { $0 + $1.count }
        let together = try await timed {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in lanes where !lane.isEmpty {
                    group.addTask { for submission in lane { _ = try await recorder.append([submission]) } }
                }
                try await group.waitForAll()
            }
        }
        Line(
            name: "durable append, 64 at once", amount: count, unit: "events", seconds: together, rawRate: raw,
            note: "group commit; raw is one commit a row"
        ).show()
        try archive.close()
    }

    /// Standings.
    func answers() throws {
        let archive = try Archive(opening: archive(), for: .writing)
        let auditor = Auditor(archive)
        let all = try auditor.standing(.all)
        guard !all.isEmpty else { return }
        let asked = all.count > 200 ? Array(all.shuffled().prefix(200)) : all
        let today = try timedNow { for item in asked { _ = try auditor.standing(.body(item.body.id)) } }
        Line(name: "standing of one body", amount: asked.count, unit: "answers", seconds: today).show()
        let day = CalendarDay(year: 2022, month: 12, day: 31)
        let past = try timedNow { for item in asked { _ = try auditor.standing(.body(item.body.id), asOf: day) } }
        Line(name: "standing as of a past day", amount: asked.count, unit: "answers", seconds: past).show()
    }

    /// What the page size of the log was chosen by: rate, and file size over entry bytes, by raw SQLite.
    func pages() throws {
        for bytes in [600, 900] {
            for pageSize in [4_096, 8_192, 16_384] {
                let raw = try Raw.append(
                    folder, events: events, bytes: bytes, batch: 1_000, identities: false, pageSize: pageSize)
                print(
                    String(
                        format: "%d bytes, pages of %5d: %9.0f rows/s, file / entries %.3f", bytes, pageSize, raw.rate,
                        raw.fileRatio))
            }
        }
    }

    /// A CSV of incidents against one county's bodies.
    func importing(rows: Int) async throws {
        let folder = ArchiveFolder(folder + "/import")
        _ = try Archive.create(at: folder, origin: "bench.example/import")
        let archive = try Archive(opening: folder, for: .writing)
        _ = try await DemoProvince(archive, events: 0, seed: 1).run()
        let path = self.folder + "/incidents.csv"
        let body = try Auditor(archive).standing(.all)[0].body.id.text
        var text = "事项编号,统一社会信用代码,失信类别,失信事实,依据文书名称,文号,认定部门,发生日期,认定日期,严重程度,信息来源渠道\r\n"
        for row in 0..<rows {
            text +=
                "B-\(1_000_000 + row),\(body),R05,未按约定履行义务\(row),行政决定书,云信〔2023〕\(row)号,发展和改革局,2023/3/5,2023年5月1日,一般,C01\r\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let seconds = try await timed { _ = try await Importer(archive, .init()).run(.incidents, path: path) }
        Line(name: "import of incidents", amount: rows, unit: "rows", seconds: seconds).show()
        try archive.close()
    }
}
