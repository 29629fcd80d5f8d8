internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog

/// `proposals`: acts that need two persons.
struct Proposals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "两人办理：提案、审批、退回 Acts that need two persons: proposed by one, approved or returned by another.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county proposals policy --set determine,revoke,erase --operator-id operator/1
              credit-archive --archive ./county append event.json --propose --operator-id operator/3
              credit-archive --archive ./county proposals
              credit-archive --archive ./county proposals approve k3x9m2qaw7cd --operator-id operator/8
              credit-archive --archive ./county proposals return k3x9m2qaw7cd --reason 依据文书有误 --operator-id operator/8

            缺省不设，一人即可办理。命令行上的办理人是自报的代号；要可靠地区分两人，请用服务，每人一把密钥。
            Off by default. On the command line persons are what they say of themselves; to tell two persons apart for
            certain use the service and give each a key.
            """,
        subcommands: [
            ProposalsList.self, ProposalsShow.self, ProposalsApprove.self, ProposalsReturn.self, ProposalsPolicy.self,
        ], defaultSubcommand: ProposalsList.self)
}

/// Who proposes or decides on the command line.
struct PersonOptions: ParsableArguments {
    @Option(help: "办理人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    /// Whoever has the archive's folder may do everything with it.
    func principal() throws -> Principal { try PersonOptions.principal(operatorID) }

    static func principal(_ id: String) throws -> Principal {
        try Operator.check(id)
        return Principal(id: id, roles: [.recorder, .auditor, .administrator])
    }
}

/// For commands whose act may need two persons.
struct ProposeOptions: ParsableArguments {
    @Flag(help: "只提出提案，由另一人审批 Propose it, for another person to approve (proposals).")
    var propose = false

    /// Proposes beside whatever process writes: nothing but `proposals.sqlite` is written.
    func propose(
        _ global: GlobalOptions, as operatorID: String,
        _ body: (ProposalDesk, Auditor, Principal) throws -> [(proposal: Proposal, isNew: Bool)]
    ) throws {
        let principal = try PersonOptions.principal(operatorID)
        let archive = try global.open(.reading)
        let kept = try body(ProposalDesk(archive, recorder: nil), Auditor(archive), principal)
        try global.show(kept.map(\.proposal))
    }
}

struct ProposalsList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "列出提案 Proposals, the newest first.")

    @OptionGroup var global: GlobalOptions

    @Option(help: "只看此状态 Only this state: open, approving, approved, returned, expired.")
    var state: ProposalStateName?

    @Option(help: "只看此类行为 Only this act: determine, revoke, grant, erase, reissue.")
    var act: TwoPersonActName?

    func run() throws {
        let desk = ProposalDesk(try global.open(.reading), recorder: nil)
        let query = ProposalQuery(state: state?.value, act: act?.value)
        try global.show(desk.list(query, for: PersonOptions.principal("operator/cli")))
    }
}

struct ProposalsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "一个提案的内容 One proposal, with what it proposes (texts in the clear).")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "提案编号 The proposal.")
    var id: String

    func run() throws {
        let desk = ProposalDesk(try global.open(.reading), recorder: nil)
        let proposal = try desk.proposal(id, for: PersonOptions.principal("operator/cli"))
        try global.show(proposal)
    }
}

struct ProposalsApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "审批并收录 Approves a proposal of another person, and records its act.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "提案编号 The proposal.")
    var id: String

    func run() async throws {
        let principal = try person.principal()
        let archive = try global.open(.writing)
        let desk = ProposalDesk(archive, recorder: try Recorder(archive, recordedBy: principal.id))
        try await desk.settle()
        let proposal = try await desk.approve(id, by: principal)
        try archive.close()
        try global.show(proposal)
    }
}

struct ProposalsReturn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return", abstract: "退回 Returns a proposal with the reason; its texts are deleted.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "提案编号 The proposal.")
    var id: String

    @Option(help: "理由 Why.")
    var reason: String

    func run() throws {
        let principal = try person.principal()
        let desk = ProposalDesk(try global.open(.reading), recorder: nil)
        try global.show(desk.giveBack(id, reason: reason, by: principal))
    }
}

struct ProposalsPolicy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "哪些行为须两人办理 Which acts need two persons; every policy that was ever set.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county proposals policy
              credit-archive --archive ./county proposals policy --set determine,revoke,grant,erase,reissue --expire-after-days 30
              credit-archive --archive ./county proposals policy --off

            存于档案库目录的 two-persons.json；运行中的服务随即遵行。不写 --expire-after-days 时，提案一直等待。
            Kept in two-persons.json in the archive's folder; a running service follows it at once. Without
            --expire-after-days proposals wait until they are decided.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOptions

    @Option(help: "须两人办理的行为，逗号分隔 Acts, with commas: determine, revoke, grant, erase, reissue.")
    var set: String?

    @Flag(help: "一人即可 One person is enough for everything.")
    var off = false

    @Option(help: "无人处理的提案几天后过期 Days after which a proposal that nobody decided has expired.")
    var expireAfterDays: Int?

    func run() throws {
        guard set == nil || !off, expireAfterDays == nil || set != nil else {
            throw ArchiveError(
                .usage, "flags-contradict", chinese: "--set 与 --off 只用其一；--expire-after-days 与 --set 同用",
                english: "use one of --set and --off; --expire-after-days goes with --set")
        }
        let policies = try global.open(.reading).twoPersons
        if let set {
            let acts = try set.split(separator: ",", omittingEmptySubsequences: false).map { text in
                guard let act = TwoPersonAct(rawValue: String(text)) else {
                    let known = TwoPersonAct.allCases.map(\.rawValue).joined(separator: " ")
                    throw ArchiveError(
                        .usage, "act-unknown", field: "--set", chinese: "没有行为“\(text)”；可用：\(known)",
                        english: "there is no act '\(text)'; known: \(known)")
                }
                return act
            }
            try policies.set(Set(acts), expiresAfterDays: expireAfterDays, by: person.principal().id)
        } else if off {
            try policies.set([], by: person.principal().id)
        }
        let say = global.language
        try global.renderer.list(
            policies.all(),
            [
                .init(say("设定时间", "set")) { $0.setAt }, .init(say("设定人", "by")) { $0.setBy },
                .init(say("须两人办理", "needs two persons"), flexible: true) { policy in
                    let acts = TwoPersonAct.allCases.filter(policy.acts.contains)
                    return acts.isEmpty
                        ? say("无", "nothing") : acts.map { say($0.chinese, $0.rawValue) }.joined(separator: "、")
                },
                .init(say("过期天数", "expires after days"), number: true) { policy in
                    policy.expiresAfterDays.map(String.init) ?? say("不过期", "never")
                },
            ], empty: say("没有设定，一人即可办理", "nothing was set: one person is enough")
        ) { $1.value($0) }
    }
}

extension GlobalOptions {
    /// Proposals as a list.
    func show(_ proposals: [Proposal]) throws {
        let say = language
        try renderer.list(
            proposals,
            [
                .init(say("提案", "proposal")) { $0.id },
                .init(say("行为", "act")) { say($0.act.chinese, $0.act.rawValue) },
                .init(say("对象", "subject"), flexible: true) { $0.subject },
                .init(say("经办", "proposed by")) { $0.proposedBy },
                .init(say("状态", "state")) { say($0.state.chinese, $0.state.rawValue) },
                .init(say("审批", "decided by")) { $0.decidedBy ?? "" },
                .init(say("理由", "reason"), flexible: true) { $0.reason ?? "" },
                .init(say("位置", "position"), number: true) { $0.position.map(String.init) ?? "" },
            ], empty: say("没有提案", "there are no proposals")
        ) { $0.write(to: &$1, withContent: false) }
    }

    /// One proposal, with what it proposes.
    func show(_ proposal: Proposal) throws {
        let say = language
        try renderer.record([
            (say("提案", "proposal"), proposal.id), (say("行为", "act"), say(proposal.act.chinese, proposal.act.rawValue)),
            (say("对象", "subject"), proposal.subject), (say("经办", "proposed by"), proposal.proposedBy),
            (say("状态", "state"), say(proposal.state.chinese, proposal.state.rawValue)),
            (say("审批", "decided by"), proposal.decidedBy ?? ""), (say("理由", "reason"), proposal.reason ?? ""),
            (say("位置", "position"), proposal.position.map(String.init) ?? ""),
            (say("内容", "content"), proposal.contentText ?? ""),
        ]) { proposal.write(to: &$0) }
    }
}

enum ProposalStateName: String, ExpressibleByArgument, CaseIterable {
    case open, approving, approved, returned, expired

    var value: Proposal.State? { Proposal.State(rawValue: rawValue) }
}

enum TwoPersonActName: String, ExpressibleByArgument, CaseIterable {
    case determine, revoke, grant, erase, reissue

    var value: TwoPersonAct? { TwoPersonAct(rawValue: rawValue) }
}
