public import CanonicalJSON
internal import CreditModel

extension RoundResults {
    /// Writes what holds of one body, beside what would be computed now: the trial (试算).
    public func write(
        _ standing: Standing, trial: EvaluatedBody?, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("body", standing.result.body)
        writer.member("name", trial?.profile.name)
        writer.member("round", round.stream)
        writer.member("stage", standing.issue.stage.rawValue)
        writer.nullable("total", standing.result.total)
        writer.member("uncapped", standing.result.uncapped)
        writer.nullable("grade", standing.result.grade)
        writer.nullable("rank", standing.result.rank)
        writer.member("indicators", standing.result.indicators)
        writer.member("position", standing.issue.position)
        writer.member("snapshot", standing.issue.results.snapshot)
        writer.member("scheme", standing.issue.results.scheme)
        writer.member("overlay", standing.issue.results.overlay)
        writer.member("occurredOn", standing.issue.occurredOn)
        writer.member("document", standing.issue.document)
        writer.member("replaces", standing.issue.replaces)
        writer.member("reason", standing.issue.reason)
        writer.key("trial")
        if let trial { EvaluationResults.BodyResult(trial.score).write(to: &writer) } else { writer.null() }
        writer.endObject()
    }
}

extension ResultChange: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", body)
        writer.member("name", profile?.name)
        writer.member("round", standing.issue.round.stream)
        writer.member("stage", standing.issue.stage.rawValue)
        writer.member("position", standing.issue.position)
        writer.member("snapshot", standing.issue.results.snapshot)
        writer.key("before")
        standing.result.writeHead(to: &writer)
        writer.key("after")
        if let after { after.writeHead(to: &writer) } else { writer.null() }
        writer.member("indicators", indicators)
        writer.endObject()
    }
}

extension ResultChange.Indicator: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.nullable("before", before.score)
        writer.nullable("after", after?.score)
        writer.member("flagsBefore", before.flags)
        writer.member("flagsAfter", after?.flags ?? [])
        writer.member("causes", causes)
        writer.member("throughOthers", isThroughOthers)
        writer.endObject()
    }
}

extension EvaluationResults.BodyResult {
    /// Total, grade and rank alone.
    fileprivate func writeHead(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.nullable("total", total)
        writer.member("uncapped", uncapped)
        writer.nullable("grade", grade)
        writer.nullable("rank", rank)
        writer.endObject()
    }
}

extension AdoptedScheme: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("scheme", data.scheme.id)
        writer.member("version", data.scheme.version)
        writer.member("digest", data.scheme.digest)
        writer.member("overlay", data.overlay)
        writer.member("year", data.year)
        writer.member("office", data.office)
        writer.member("occurredOn", data.occurredOn)
        writer.member("document", data.document)
        writer.member("position", position)
        writer.member("recordedTime", recordedTime)
        writer.endObject()
    }
}
