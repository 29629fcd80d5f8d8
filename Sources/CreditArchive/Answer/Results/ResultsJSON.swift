internal import Assessment
public import CanonicalJSON
public import CreditModel

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
        standing.result.writeMembers(to: &writer)
        writer.member("position", standing.issue.position)
        writer.member("snapshot", standing.issue.results.snapshot)
        writer.member("scheme", standing.issue.results.scheme)
        writer.member("overlay", standing.issue.results.overlay)
        writer.member("occurredOn", standing.issue.occurredOn)
        writer.member("document", standing.issue.document)
        writer.member("replaces", standing.issue.replaces)
        writer.member("reason", standing.issue.reason)
        writer.key("trial")
        if let trial { EvaluationResults.BodyResult(trial.score).writeShown(to: &writer) } else { writer.null() }
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
        writer.member("causes", causes)
        writer.member("reproduced", isReproduced)
        writer.member("indicators", indicators)
        writer.endObject()
    }
}

extension ResultCause: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", body)
        writer.member("name", name)
        writer.member("positions", positions)
        writer.endObject()
    }
}

extension ResultChange.Indicator: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.nullable("before", before.score?.shown)
        writer.nullable("after", after?.score?.shown)
        writer.member("flagsBefore", before.flags)
        writer.member("flagsAfter", after?.flags ?? [])
        writer.member("causes", Set(causes.flatMap(\.positions)).sorted())
        writer.member("causedBy", causes)
        writer.member("throughOthers", isThroughOthers)
        writer.endObject()
    }
}

extension Points {
    /// As answers show it, with two decimals (contract §5); entries have the canonical form.
    public var shown: String { Score(self).description }
}

extension EvaluationResults.BodyResult {
    /// As answers show it: scores with two decimals.
    fileprivate func writeShown(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", body)
        writeMembers(to: &writer)
        writer.endObject()
    }

    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writeHeadMembers(to: &writer)
        writer.key("indicators")
        writer.beginArray()
        for item in indicators {
            writer.beginObject()
            writer.member("id", item.id)
            writer.nullable("score", item.score?.shown)
            writer.member("flags", item.flags)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Total, grade and rank alone.
    fileprivate func writeHead(to writer: inout JSONWriter) {
        writer.beginObject()
        writeHeadMembers(to: &writer)
        writer.endObject()
    }

    private func writeHeadMembers(to writer: inout JSONWriter) {
        writer.nullable("total", total?.shown)
        writer.member("uncapped", uncapped?.shown)
        writer.nullable("grade", grade)
        writer.nullable("rank", rank)
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
