import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Synchronization
import Testing

/// Rebuilds: whole and in part, compared, called off, and while everything else goes on.
@Suite struct RebuildTests {
    private func live(_ history: RandomHistory) -> String {
        let number = (history.current ?? "").split(separator: "\n")[0].split(separator: " ")[1]
        return "\(history.folder.path)/read-\(number).sqlite"
    }

    @Test(arguments: [1, 2, 7])
    func howeverManyWorkersThereAreTheRowsAreTheSame(_ workers: Int) async throws {
        let history = try RandomHistory(stream: 81)
        try await history.grow(by: 250)
        let archive = try await history.open(.writing)
        let before = try #require(try archive.projections.viewsState())
        for fromLog in [false, true] {
            var options = RebuildOptions(fromLog: fromLog)
            options.workers = workers
            let report = try Administrator(archive).rebuild(options)
            #expect(report.digest == before.digest && report.digestMatchesLive == true)
            #expect(report.factsMatchLive == (fromLog ? true : nil))
            #expect(report.events == before.size && report.differences.count == 0)
        }
    }

    @Test func aDryRunNamesEveryRowThatDiffers() async throws {
        let history = try RandomHistory(stream: 82)
        try await history.grow(by: 250)
        let archive = try await history.open(.writing)
        let all = try Auditor(archive).standing(.all)
        let cases = all.flatMap { standing in standing.cases.map { (standing.body.id.text, $0.id.text) } }
        #expect(cases.count >= 3)
        let (gone, altered) = (cases[0], cases[1])
        try Tampering.execute(
            live(history),
            """
            DELETE FROM standing WHERE "case" = '\(gone.1)';
            UPDATE standing SET severity = 'x', amount = '1' WHERE "case" = '\(altered.1)';
            INSERT INTO body (id, name, kind, region) VALUES ('nobody', 'n', 'k', 'r');
            """)
        let current = history.current
        let report = try Administrator(archive).rebuild(RebuildOptions(dryRun: true))
        #expect(report.digestMatchesLive == false && history.current == current)
        #expect(report.differences.count == 3)
        #expect(
            report.differences.listed.map { "\($0.projection) \($0.kind) \($0.key) \($0.columns)" } == [
                "bodies extra [\"nobody\"] []", "standing missing \([gone.0, gone.1]) []",
                "standing different \([altered.0, altered.1]) [\"severity\", \"amount\"]",
            ])
        #expect(try history.generations == ["read-1.sqlite"])
        #expect(try Administrator(archive).rebuild().digestMatchesLive == false)
        #expect(try Administrator(archive).rebuild(RebuildOptions(dryRun: true)).differences.count == 0)
    }

    @Test func thoseThatAreListedAreLimitedAndAllAreCounted() async throws {
        let history = try RandomHistory(stream: 83)
        try await history.grow(by: 60)
        let archive = try await history.open(.writing)
        try Tampering.execute(
            live(history),
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
            INSERT INTO body (id, name, kind, region) SELECT 'extra-' || i, 'n', 'k', 'r' FROM n;
            """)
        let report = try Administrator(archive).rebuild(RebuildOptions(dryRun: true))
        #expect(report.differences.count == 150 && report.differences.listed.count == RowDifferences.limit)
    }

    enum Part: CaseIterable { case body, region, since, standing, bodies }

    @Test(arguments: Part.allCases)
    func aPartIsMadeAnewAndTheRestTakenOver(_ part: Part) async throws {
        let history = try RandomHistory(stream: 84)
        try await history.grow(by: 300)
        let archive = try await history.open(.writing)
        let whole = try Administrator(archive).rebuild()
        let all = try Auditor(archive).standing(.all)
        // One body of the part, one outside of it.
        let regions = Dictionary(grouping: all.filter { !$0.cases.isEmpty }) { $0.body.region.text }
        let inside = try #require(regions.values.first?.first)
        let outside = try #require(all.last { $0.body.region != inside.body.region && !$0.cases.isEmpty })
        let caseInside = try #require(inside.cases.first?.id.text)
        let caseOutside = try #require(outside.cases.first?.id.text)
        try Tampering.execute(
            live(history),
            """
            UPDATE standing SET severity = 'x' WHERE "case" IN ('\(caseInside)', '\(caseOutside)');
            UPDATE body SET name = 'x' WHERE id IN ('\(inside.body.id)', '\(outside.body.id)');
            """)
        var options = RebuildOptions()
        let left: [String]
        switch part {
        case .body:
            options.subjects = .body(inside.body.id)
            left = ["bodies \(outside.body.id)", "standing \(caseOutside)"]
        case .region:
            options.subjects = .region(prefix: inside.body.region.text)
            // A region's code may be the beginning of another's.
            let covers = outside.body.region.text.hasPrefix(inside.body.region.text)
            left = covers ? [] : ["bodies \(outside.body.id)", "standing \(caseOutside)"]
        case .since:
            let last = try archive.log.stream(.case(caseInside)).positions.last
            options.subjects = .since(try #require(last))
            left = []
        case .standing:
            options.projections = ["standing"]
            left = ["bodies \(inside.body.id)", "bodies \(outside.body.id)"].sorted()
        case .bodies:
            options.projections = ["bodies"]
            left = ["standing \(caseInside)", "standing \(caseOutside)"].sorted()
        }
        let report = try Administrator(archive).rebuild(options)
        #expect(report.events < whole.events)
        let after = try Administrator(archive).rebuild(RebuildOptions(dryRun: true))
        let found = after.differences.listed.map { "\($0.projection) \($0.key.last ?? "")" }
        if part == .since {
            #expect(!found.contains("standing \(caseInside)"))
        } else {
            #expect(found.sorted() == left)
        }
        #expect(try Administrator(archive).rebuild().digest == whole.digest)
    }

    @Test func aRebuildThatIsCalledOffLeavesEverythingAsItWas() async throws {
        let history = try RandomHistory(stream: 85)
        try await history.grow(by: 200)
        let archive = try await history.open(.writing)
        let before = try archive.projections.viewsState()?.digest
        let current = history.current
        for fromLog in [false, true] {
            for phase in [RebuildProgress.Phase.decoding, .folding, .finishing] where fromLog || phase != .decoding {
                let control = RebuildControl()
                #expect(throws: CancellationError.self) {
                    try Administrator(archive).rebuild(RebuildOptions(fromLog: fromLog), control: control) { progress in
                        if progress.phase == phase { control.cancel() }
                    }
                }
                #expect(history.current == current)
                #expect(try history.generations == ["read-1.sqlite"])
                #expect(!FileManager.default.fileExists(atPath: history.folder.path + "/facts-next.sqlite"))
            }
        }
        #expect(try archive.projections.viewsState()?.digest == before)
        let task = Task { try await Administrator(archive).rebuildInBackground() }
        task.cancel()
        // Too late where it was sooner.
        if case .failure(let error) = await task.result { #expect(error is CancellationError) }
        #expect(try await Administrator(archive).rebuildInBackground().digest == before)
    }

    @Test func twoAtOnceAreRefusedAndUnknownNamesAndContradictionsToo() async throws {
        let history = try RandomHistory(stream: 86)
        try await history.grow(by: 30)
        let archive = try await history.open(.writing)
        let codes = Mutex<[String]>([])
        _ = try Administrator(archive).rebuild { _ in
            do { _ = try Administrator(archive).rebuild() } catch {
                codes.withLock { $0.append(ArchiveError(error).code) }
            }
        }
        #expect(Set(codes.withLock { $0 }) == ["rebuild-under-way"])
        var options = RebuildOptions()
        options.projections = ["bodies", "nothing"]
        #expect { try Administrator(archive).rebuild(options) } throws: {
            ArchiveError($0).code == "projection-unknown"
        }
        options = RebuildOptions(fromLog: true)
        options.subjects = .since(1)
        #expect { try Administrator(archive).rebuild(options) } throws: { ArchiveError($0).code == "flags-contradict" }
        options = RebuildOptions()
        options.subjects = .since(1_000_000)
        #expect { try Administrator(archive).rebuild(options) } throws: { ArchiveError($0).kind == .notFound }
    }

    @Test func anotherProcessRebuildsBesideTheOneThatWrites() async throws {
        let history = try RandomHistory(stream: 87)
        try await history.grow(by: 100)
        let writer = try await history.open(.writing)
        try await history.grow(writer, by: 40)
        // Without the writer lock: from the facts that the writer keeps, which lag behind the log.
        let beside = try await history.open(.reading)
        let report = try Administrator(beside).rebuild()
        #expect(report.generation == 2 && report.digestMatchesLive == true)
        #expect { try Administrator(beside).rebuild(RebuildOptions(fromLog: true)) } throws: {
            ArchiveError($0).code == "archive-locked"
        }
        try await history.grow(writer, by: 40)
        try writer.close()
        #expect(try history.generations == ["read-2.sqlite"])
        let scratch = try TemporaryFolder()
        let fresh = writer.projections(of: .standard, in: scratch.path)
        try fresh.fold()
        #expect(try #require(try writer.projections.viewsState()) == #require(try fresh.viewsState()))
    }

    @Test func appendsFoldsAndAnswersGoOnWhileGenerationsChange() async throws {
        let history = try RandomHistory(stream: 88)
        try await history.grow(by: 150)
        let archive = try await history.open(.writing)
        let rebuilt = Counter()
        let control = RebuildControl()
        // On a thread of its own: the tasks of a loaded test run must not keep it waiting.
        async let rebuilds: Void = withCheckedThrowingContinuation { reply in
            Thread.detachNewThread {
                reply.resume(
                    with: Result {
                        while true {
                            let options = RebuildOptions(fromLog: rebuilt.count % 3 == 2)
                            do {
                                _ = try Administrator(archive).rebuild(options, control: control)
                                rebuilt.add()
                            } catch is CancellationError {
                                break
                            } catch let error as EventLogError where error.code == .rebuilding {
                                // A fold that found no generation it could use rebuilds by itself.
                            }
                        }
                    })
            }
        }
        let reader = try await history.open(.reading)
        let reads = Task.detached {
            var last: UInt64 = 0
            var bodies = 0
            while !Task.isCancelled {
                let standings = try Auditor(reader).standing(.all)
                let position = standings.first?.position ?? 0
                #expect(position >= last, "an older view")
                #expect(standings.count >= bodies, "a half-built view")
                (last, bodies) = (position, standings.count)
                await Task.yield()
            }
        }
        var rounds = 0
        let deadline = ContinuousClock.now + .seconds(120)
        while rounds < 10 || rebuilt.count < 4 && ContinuousClock.now < deadline {
            try await history.grow(archive, by: 20)
            try archive.projections.fold()
            rounds += 1
        }
        control.cancel()
        reads.cancel()
        try await rebuilds
        #expect(rebuilt.count >= 4)
        try await reads.value
        let scratch = try TemporaryFolder()
        let fresh = archive.projections(of: .standard, in: scratch.path)
        try fresh.fold()
        try archive.projections.fold()
        #expect(try #require(try archive.projections.viewsState()) == #require(try fresh.viewsState()))
        #expect(try #require(try archive.projections.factsState()) == #require(try fresh.factsState()))
        #expect(try history.generations.count == 1)
    }
}
