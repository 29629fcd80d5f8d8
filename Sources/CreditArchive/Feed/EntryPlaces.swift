internal import CreditModel
internal import EventLog
internal import Projections
internal import Synchronization

/// Whom an entry is about, and where that body is; remembered for the bodies and cases asked for last.
final class EntryPlaces: Sendable {
    private struct Known {
        var cases = TwoGenerations<CaseID, BodyID>(capacity: 20_000)
        var regions = TwoGenerations<BodyID, RegionCode>(capacity: 20_000)
    }

    private let archive: Archive
    private let known = Mutex(Known())

    init(_ archive: Archive) { self.archive = archive }

    /// Nil for what is about no registered body.
    func place(of entry: Entry) throws -> (body: BodyID, region: RegionCode)? {
        guard let body = try body(of: entry) else { return nil }
        // Whatever is recorded of a body itself may have moved it.
        let isOfBody = entry.subject.family == "body"
        if !isOfBody, let region = known.withLock({ $0.regions[body] }) { return (body, region) }
        guard let region = try Auditor(archive).history(of: body)?.profile().region else { return nil }
        known.withLock { $0.regions[body] = region }
        return (body, region)
    }

    private func body(of entry: Entry) throws -> BodyID? {
        let name = entry.subject.name
        switch entry.subject.family {
        case "body": return BodyID(String(name))
        case "observations": return name.split(separator: "/").first.flatMap { BodyID(String($0)) }
        case "case":
            guard let id = CaseID(String(name)) else { return nil }
            if let body = known.withLock({ $0.cases[id] }) { return body }
            guard let body = try archive.projections.body(ofCase: id) else { return nil }
            known.withLock { $0.cases[id] = body }
            return body
        default: return nil
        }
    }
}
