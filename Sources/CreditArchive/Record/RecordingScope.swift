public import CreditModel
internal import EventLog
internal import Projections

/// What somebody may record: from which sources, about the bodies of which regions. Empty lists: from and about all.
public struct RecordingScope: Sendable, Hashable {
    /// CloudEvents sources; one that ends in `*` stands for all that begin so.
    public var sources: [String]
    /// 行政区划代码; one covers those below it.
    public var regions: [RegionCode]

    public init(sources: [String] = [], regions: [RegionCode] = []) {
        self.sources = sources
        self.regions = regions
    }

    func allows(source: String) -> Bool {
        sources.isEmpty
            || sources.contains { allowed in
                allowed.hasSuffix("*") ? source.utf8.starts(with: allowed.utf8.dropLast()) : source == allowed
            }
    }

    /// Whether a region lies within.
    public func allows(_ region: RegionCode) -> Bool {
        regions.isEmpty || regions.contains { region.text.hasPrefix($0.prefix) }
    }
}

extension Judge {
    /// Refuses what whoever records it may not record. Throws ``ArchiveError`` `source-forbidden`, `region-forbidden`.
    ///
    /// A body that is not registered is left to the domain's own rules.
    func requireScope(of submission: Submission) throws {
        guard let scope = submission.scope else { return }
        let source = submission.identity.source
        guard scope.allows(source: source) else {
            throw ArchiveError(
                .forbidden, "source-forbidden", field: "source", chinese: "此密钥不能以来源 \(source) 收录；请换用该来源的密钥",
                english: "this key does not record for the source \(source); use the key of that source")
        }
        guard !scope.regions.isEmpty, let region = try region(of: submission), !scope.allows(region) else { return }
        throw ArchiveError(
            .forbidden, "region-forbidden", field: "subject",
            chinese: "此密钥不能收录行政区划 \(region) 的记录；请换用该区划的密钥",
            english: "this key does not record about the region \(region); use a key of that region")
    }

    private func region(of submission: Submission) throws -> RegionCode? {
        switch submission.event {
        case .bodyRegistered(let data): return data.region
        case .incidentDetermined(let data): return try register.history(data.body)?.profile().region
        case .observationRecorded:
            return try ObservationStream.parse(submission.subject).flatMap {
                try register.history($0.body)?.profile().region
            }
        default: break
        }
        let name = String(submission.subject.name)
        switch submission.subject.family {
        case "body": return try BodyID(name).flatMap { try register.history($0)?.profile().region }
        case "case":
            return try CaseID(name).flatMap { try caseFile($0)?.body }.flatMap {
                try register.history($0)?.profile().region
            }
        case "round": return RoundID(stream: submission.subject.text)?.region
        case "evaluators": return EvaluatorsStream.province(of: submission.subject.text)
        default: return nil
        }
    }
}
