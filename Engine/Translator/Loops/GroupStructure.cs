using System.Collections.Generic;
using System.Linq;
using SegFromScratch.Translator.Model;

namespace SegFromScratch.Translator.Loops;

/// <summary>
/// Which statements run once for the whole group: those that hold a barrier, and those that leave a loop or the kernel before a barrier.
/// The rest runs for each work-item.
/// </summary>
internal sealed class GroupStructure
{
    private readonly Dictionary<Statement, Barrier> _groupLevel = new(ReferenceComparer.Instance);
    private readonly List<Statement> _lists = [];

    public GroupStructure(Block body) => Visit(body, null, inLoop: false);

    /// <summary>Statements that stand in a list of the group, in the order of the source.</summary>
    public IReadOnlyList<Statement> Members => _lists;

    /// <summary>True if the statement is control flow of the whole group.</summary>
    public bool IsSplit(Statement statement) => _groupLevel.ContainsKey(statement);

    /// <summary>The barrier for the sake of which a statement is control flow of the whole group.</summary>
    public Barrier Cause(Statement statement) => _groupLevel[statement];

    /// <param name="statement">A block, or the body of a loop or a branch.</param>
    /// <param name="following">The first barrier that can run after it, or null.</param>
    /// <param name="inLoop">True inside a loop that is split.</param>
    private void Visit(Statement statement, Barrier? following, bool inLoop)
    {
        IReadOnlyList<Statement> list = statement is Block block ? block.Statements : [statement];
        for (int i = 0; i < list.Count; i++)
        {
            Barrier? next = list.Skip(i + 1).Select(First).FirstOrDefault(barrier => barrier is not null) ?? following;
            _lists.Add(list[i]);
            Barrier? own = First(list[i]);
            bool leaves = next is not null && (list[i].All().Any(part => part is Return) || inLoop && HasLooseBranch(list[i]));
            if (list[i] is Barrier || own is null && !leaves)
                continue;
            _groupLevel[list[i]] = own ?? next!;
            Descend(list[i], own, next, inLoop);
        }
    }

    private void Descend(Statement statement, Barrier? own, Barrier? next, bool inLoop)
    {
        switch (statement)
        {
            case Block:
                Visit(statement, next, inLoop);
                break;
            case If choice:
                Visit(choice.WhenTrue, next, inLoop);
                if (choice.WhenFalse is { } whenFalse)
                    Visit(whenFalse, next, inLoop);
                break;
            case For loop:
                _lists.AddRange(loop.Start);
                _lists.AddRange(loop.Step);
                Visit(loop.Body, own ?? next, inLoop: true);
                break;
            case While loop:
                Visit(loop.Body, own ?? next, inLoop: true);
                break;
            case Switch choice:
                foreach (SwitchCase section in choice.Cases)
                    Visit(new Block(section.Body), next, inLoop);
                break;
        }
    }

    private static Barrier? First(Statement statement) => statement.All().OfType<Barrier>().FirstOrDefault();

    /// <summary>True for a break or continue that leaves the statement itself.</summary>
    private static bool HasLooseBranch(Statement statement) => statement switch
    {
        Break or Continue => true,
        For or While => false,
        Switch choice => choice.Cases.SelectMany(section => section.Body).SelectMany(part => part.All()).Any(part => part is Continue),
        _ => statement.Children.Any(HasLooseBranch),
    };
}
